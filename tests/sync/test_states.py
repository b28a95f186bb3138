"""The table of moves: whole, and strict."""

import itertools

import pytest

from webapp.sync.states import MOVES, OrderState, WrongMove, move

# What the table must allow, told by what happens; each line is one story.
STORIES = [
    ["waiting", "due", "incoming", "shipped"],
    ["due", "problem", "due", "incoming", "removed"],
    ["incoming", "due", "incoming"],  # changed in Exact
    ["incoming", "problem", "incoming"],  # edited in the panel, and kept
    ["problem", "ignored", "waiting", "due"],
    ["shipped", "due", "incoming", "shipped"],  # the rest of a partial delivery
    ["removed", "waiting", "due"],  # a person asked for it again
    ["incoming", "ignored", "waiting", "incoming"],  # taken back, it stands there still
    ["incoming", "waiting"],  # approval was taken back
]


def test_every_state_has_a_line_in_the_table():
    assert set(MOVES) == set(OrderState)
    assert all(targets and targets <= set(OrderState) for targets in MOVES.values())


def test_the_states_are_those_that_the_pages_promise():
    assert {state.value for state in OrderState} == {
        "waiting", "due", "incoming", "shipped", "problem", "ignored", "removed"
    }  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=" ".join)
def test_an_order_can_live_this_life(story):
    for old, new in itertools.pairwise(story):
        assert move(old, new) is OrderState(new)


@pytest.mark.parametrize("state", list(OrderState))
def test_staying_is_always_allowed(state):
    assert move(state, state.value) is state
    assert state not in MOVES[state]


@pytest.mark.parametrize("old, new", list(itertools.permutations(OrderState, 2)))
def test_a_move_that_is_not_in_the_table_raises(old, new):
    if new in MOVES[old]:
        assert move(old, new) is new
        return
    with pytest.raises(WrongMove) as caught:
        move(old, new)
    assert caught.value.params == {"old": old.value, "new": new.value}


@pytest.mark.parametrize(
    "old, new", [("ignored", "incoming"), ("ignored", "problem"), ("removed", "shipped"), ("removed", "incoming")]
)
def test_these_moves_would_skip_a_decision(old, new):
    with pytest.raises(WrongMove):
        move(old, new)


def test_every_state_can_be_reached_and_left():
    for state in OrderState:
        assert any(state in targets for old, targets in MOVES.items() if old != state)
    assert all(OrderState.DUE in MOVES[state] for state in OrderState if state != OrderState.DUE)


@pytest.mark.parametrize("word", ["", "new", "DUE"])
def test_an_unknown_state_raises(word):
    with pytest.raises(ValueError):
        move(word, OrderState.DUE)
    with pytest.raises(ValueError):
        move(OrderState.DUE, word)

"""The states of an order and the moves between them: one table, and nothing else assigns a state."""

from enum import StrEnum

from webapp.errors import PakbonError


class OrderState(StrEnum):
    """What the merchant sees; CONTRACT names the values (`data-state`)."""

    WAITING = "waiting"  # known, not in scope; the reason says why
    DUE = "due"  # goes to Sendcloud with the next push
    INCOMING = "incoming"  # stands in Sendcloud's Incoming orders
    SHIPPED = "shipped"  # all that was delivered so far is labelled and written back
    PROBLEM = "problem"  # needs a person; reason and field say what
    IGNORED = "ignored"  # a person said: leave it
    REMOVED = "removed"  # cancelled or deleted in Exact, or deleted in the panel


class WrongMove(PakbonError):
    """A move that the table does not have; a fault of the program, never of data."""


S = OrderState

MOVES: dict[OrderState, frozenset[OrderState]] = {
    S.WAITING: frozenset({S.DUE, S.PROBLEM, S.IGNORED, S.REMOVED, S.SHIPPED}),
    S.DUE: frozenset({S.INCOMING, S.PROBLEM, S.WAITING, S.IGNORED, S.REMOVED, S.SHIPPED}),
    S.INCOMING: frozenset({S.DUE, S.SHIPPED, S.PROBLEM, S.WAITING, S.IGNORED, S.REMOVED}),
    S.SHIPPED: frozenset({S.DUE, S.INCOMING, S.PROBLEM, S.WAITING, S.REMOVED}),
    S.PROBLEM: frozenset({S.DUE, S.INCOMING, S.SHIPPED, S.WAITING, S.IGNORED, S.REMOVED}),
    S.IGNORED: frozenset({S.DUE, S.WAITING, S.REMOVED, S.SHIPPED}),
    S.REMOVED: frozenset({S.DUE, S.WAITING, S.PROBLEM, S.IGNORED}),
}


def move(old: OrderState | str, new: OrderState | str) -> OrderState:
    """The new state. Staying where one is is always allowed. Raises WrongMove for a move not in the table."""
    old, new = OrderState(old), OrderState(new)
    if new != old and new not in MOVES[old]:
        raise WrongMove("wrong_move", old=old.value, new=new.value)
    return new

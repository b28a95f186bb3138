"""The states of an order and of a goods delivery, and the moves between them; every change of state asks here."""

from enum import StrEnum

from webapp.errors import PakbonError


class OrderState(StrEnum):
    """What the merchant sees; pages have the values as `data-state`, scripts in the answer of `flask sync --json`."""

    WAITING = "waiting"  # known, not in scope; the reason says why
    DUE = "due"  # goes to Sendcloud with the next push
    INCOMING = "incoming"  # stands in Sendcloud's Incoming orders
    SHIPPED = "shipped"  # all that was delivered so far is labelled and written back
    PROBLEM = "problem"  # needs a person; reason and field say what
    IGNORED = "ignored"  # a person said: leave it
    REMOVED = "removed"  # cancelled or deleted in Exact, or deleted in the panel


class DeliveryState(StrEnum):
    """A goods delivery of Exact on its way to a label and back."""

    DUE = "due"  # gets its label with the next pass
    MANUAL = "manual"  # its label is made by hand in Sendcloud, or not at all; the reason says why
    LABELLING = "labelling"  # the label was asked for; the outcome is not known yet
    LABELLED = "labelled"  # has its label; Exact does not know yet
    WRITTEN = "written"  # tracking number, link and document stand in Exact
    PROBLEM = "problem"
    ELSEWHERE = "elsewhere"  # already had a tracking number that is not ours
    CANCELLED = "cancelled"  # deleted in Exact, or its label was cancelled


class WrongMove(PakbonError):
    """A move that no table has; a fault of the program, never of data."""


S = OrderState

MOVES: dict[OrderState, frozenset[OrderState]] = {
    # Set aside and taken back, an order may still stand in Incoming orders.
    S.WAITING: frozenset({S.DUE, S.INCOMING, S.PROBLEM, S.IGNORED, S.REMOVED, S.SHIPPED}),
    S.DUE: frozenset({S.INCOMING, S.PROBLEM, S.WAITING, S.IGNORED, S.REMOVED, S.SHIPPED}),
    S.INCOMING: frozenset({S.DUE, S.SHIPPED, S.PROBLEM, S.WAITING, S.IGNORED, S.REMOVED}),
    S.SHIPPED: frozenset({S.DUE, S.INCOMING, S.PROBLEM, S.WAITING, S.REMOVED}),
    S.PROBLEM: frozenset({S.DUE, S.INCOMING, S.SHIPPED, S.WAITING, S.IGNORED, S.REMOVED}),
    S.IGNORED: frozenset({S.DUE, S.WAITING, S.REMOVED, S.SHIPPED}),
    S.REMOVED: frozenset({S.DUE, S.WAITING, S.PROBLEM, S.IGNORED}),
}


D = DeliveryState

DELIVERY_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    D.DUE: frozenset({D.LABELLING, D.MANUAL, D.LABELLED, D.PROBLEM, D.ELSEWHERE, D.CANCELLED}),
    D.MANUAL: frozenset({D.DUE, D.LABELLED, D.ELSEWHERE, D.CANCELLED}),
    D.LABELLING: frozenset({D.DUE, D.LABELLED, D.PROBLEM, D.CANCELLED}),
    D.LABELLED: frozenset({D.WRITTEN, D.PROBLEM, D.MANUAL, D.CANCELLED}),
    D.WRITTEN: frozenset({D.LABELLED, D.MANUAL, D.CANCELLED}),
    D.PROBLEM: frozenset({D.DUE, D.LABELLED, D.MANUAL, D.WRITTEN, D.ELSEWHERE, D.CANCELLED}),
    D.ELSEWHERE: frozenset({D.CANCELLED, D.LABELLED}),
    D.CANCELLED: frozenset({D.DUE, D.MANUAL, D.LABELLED}),
}


def move_delivery(old: DeliveryState | str, new: DeliveryState | str) -> DeliveryState:
    """As `move`, for a goods delivery."""
    old, new = DeliveryState(old), DeliveryState(new)
    if new != old and new not in DELIVERY_MOVES[old]:
        raise WrongMove("wrong_move", old=old.value, new=new.value)
    return new


def move(old: OrderState | str, new: OrderState | str) -> OrderState:
    """The new state. Staying where one is is always allowed. Raises WrongMove for a move not in the table."""
    old, new = OrderState(old), OrderState(new)
    if new != old and new not in MOVES[old]:
        raise WrongMove("wrong_move", old=old.value, new=new.value)
    return new

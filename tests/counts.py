"""What triggers keep beside what is there."""

from collections import Counter

from webapp.models import Count, Order, Parcel

Counts = dict[tuple[int, str, str], int]


def kept() -> Counts:
    return {row[:3]: row[3] for row in Count.select().tuples() if row[3]}


def counted() -> Counts:
    """The same, of all rows one by one."""
    found: Counts = Counter()
    for division, day, state in Order.select(Order.division, Order.order_date, Order.state).tuples():
        found[division, "state", state] += 1
        found[division, "ordered", day] += 1
    labels = Parcel.select(Parcel.division, Parcel.status, Parcel.made_at).where(~Parcel.cancelled)
    for division, status, made_at in labels.tuples():
        found[division, "parcel", status] += 1
        found[division, "label", str(made_at // 3600)] += 1
    return dict(found)


def differing() -> list[tuple[int, str, str]]:
    """What is counted wrong."""
    return sorted({key for key, _ in kept().items() ^ counted().items()})

"""What a dashboard shows: what a browser says of it when it looks for news, and what it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.models import Division, Order
from webapp.pages import chart, order_list, queries
from webapp.pages.order_list import PAGE_SIZE, Filter, Page
from webapp.pages.shipments import Shipment


@dataclass(frozen=True)
class Shown:
    """What a browser shows: the division's change counter and the moment of it, the rows, the filter, and the marks
    of the pieces above the list (see `pieces`)."""

    no: int = 0
    at: int = 0
    ids: tuple[int, ...] = ()
    top: tuple[int, int] | None = None
    moving: bool = False
    importing: bool = False
    marks: tuple[str, ...] = ()
    wanted: Filter = field(default_factory=Filter)

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> "Shown":
        """From a query string; what makes no sense there counts as not given. `moving` is read in watch.py."""
        return cls(
            no=_count(args.get("no")),
            at=_count(args.get("at")),
            ids=tuple(order_list.counts(args.get("ids", "").split(","))[:PAGE_SIZE]),
            top=order_list.place(args.get("top", "")),
            importing=args.get("importing") == "1",
            marks=tuple(args.get("marks", "").split(".")),
            wanted=Filter.parse(args),
        )

    def query(self) -> dict[str, str]:
        found = {
            "no": str(self.no),
            "at": str(self.at),
            "ids": ",".join(map(str, self.ids)),
            "marks": ".".join(self.marks),
        }
        found |= {"top": f"{self.top[0]}.{self.top[1]}"} if self.top else {}
        found |= {name: "1" for name in ("moving", "importing") if getattr(self, name)}
        return found | self.wanted.query()


def _count(text: str | None) -> int:
    return int(text) if text and order_list.is_count(text) else 0


@dataclass(frozen=True)
class Figures:
    """Everything above the list. `parcels` counts labels by phase, `to_print` those that wait to be printed."""

    counts: dict[str, int]
    parcels: dict[str, int]
    to_print: int
    problems: list[Order]
    days: list[queries.Day]
    meters: dict[str, queries.Meter]

    @property
    def chart(self) -> chart.Chart:
        """Drawn when a page shows it: mostly the days are those of before."""
        return chart.draw(self.days)


@dataclass(frozen=True)
class View:
    """What a template draws. `figures` and `page` are None where they stay as they are; `rows` are changed
    rows of the shown page, `news` counts orders above it, `fresh` are the pieces that look different now."""

    division: Division
    shown: Shown
    figures: Figures | None
    page: Page | None
    rows: list[Order] = field(default_factory=list)
    news: int = 0
    shipments: dict[int, Shipment] = field(default_factory=dict)
    fresh: frozenset[str] = frozenset()

    @property
    def wanted(self) -> Filter:
        return self.shown.wanted

"""The geometry of the small bar chart. Pure: numbers in, places out; the template draws them.

Widths are percentages, so that the drawing stretches and its text does not; heights are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.pages.queries import Day

TOP, FLOOR = 8, 116  # pixels from the upper edge: where the highest possible bar ends, and where bars stand
SHARE = 0.72  # of a day's width that its bars take


@dataclass(frozen=True)
class Bars:
    """One day: x and width in percent, y and height in pixels, of the hollow and of the filled bar."""

    day: Day
    x: float
    width: float
    orders: tuple[float, float]
    labels: tuple[float, float]

    @property
    def middle(self) -> float:
        return round(self.x + self.width, 2)


@dataclass(frozen=True)
class Chart:
    bars: list[Bars]
    ticks: list[tuple[float, int]]  # y, number


def draw(days: Sequence[Day]) -> Chart:
    ceiling = _ceiling(max((max(day.orders, day.labels) for day in days), default=0))
    each = 100 / max(len(days), 1)
    width = each * SHARE / 2
    bars = [
        Bars(day, round(n * each + (each - 2 * width) / 2, 2), round(width, 2),
             _bar(day.orders, ceiling), _bar(day.labels, ceiling))
        for n, day in enumerate(days)
    ]  # fmt: skip
    ticks = [(_y(value, ceiling), value) for value in (ceiling, ceiling // 2, 0)]
    return Chart(bars, ticks)


def _ceiling(highest: int) -> int:
    """The next round number whose half is whole: 4, 10, 20, 40, 60, 80, 100, 200, ..."""
    if highest <= 4:
        return 4
    step = 10
    while highest > 10 * step:
        step *= 10
    return next(size for size in (step, *range(2 * step, 11 * step, 2 * step)) if size >= highest)


def _y(value: int, ceiling: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * value / ceiling, 1)


def _bar(value: int, ceiling: int) -> tuple[float, float]:
    y = _y(value, ceiling)
    return y, round(FLOOR - y, 1)

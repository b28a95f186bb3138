"""How a call to Exact Online is made: planned against the budget, with a token that lives, page after page."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from webapp import clock
from webapp.clients.budget import DAY, CallBudget
from webapp.clients.exact_answers import REASONS, SERVICE, Row, judged, stripped
from webapp.clients.http import Answer, Http
from webapp.errors import BudgetSpent, Retryable

SAFE = "$',/()"  # need no escape in a query, and would make it a third longer
LARGEST_PAGE_COUNT = 20_000


class Calls:
    """`token(refused)` returns an access token that lives long enough; `refused` is one that Exact just refused, so
    that a fresh one is looked for."""

    def __init__(
        self, site: str, division: int | None, token: Callable[[str | None], str], budget: CallBudget
    ) -> None:
        self.http = Http(site, SERVICE)
        self.division = division
        self.token = token
        self.budget = budget
        self.read: dict[str, set[str]] = {}  # ids of accounts and the like, by kind; see sync/parts.py
        self.counted: int | None = None  # how many rows the last asked-for collection has in all, if Exact told

    def may_ask(self, name: str) -> bool:
        """Whether this way of asking was not refused within the day: Exact counts refusals."""
        return self.budget.store.change(lambda known: int(known.get(name, 0))) <= clock.now() - DAY

    def note_refusal(self, name: str) -> None:
        """It was refused just now."""
        self.budget.store.change(lambda known: known.update({name: clock.now()}))

    def _path(self, resource: str) -> str:
        return f"api/v1/{self.division}/{resource}"

    def _pages(self, path: str, query: Row, endpoint: str | None = None) -> Iterator[Row]:
        for page in self._paged(path, query, endpoint):
            yield from page

    def _paged(self, path: str, query: Row, endpoint: str | None = None) -> Iterator[list[Row]]:
        """Pages, following `__next` word for word; it already carries filter and select."""
        url: str | None = path
        seen: set[str] = set()
        while url:
            if url in seen or len(seen) > LARGEST_PAGE_COUNT:
                raise Retryable("bad_answer", service=SERVICE)
            seen.add(url)
            rows, url = self._rows(self._get(url, query if url == path else {}, endpoint=endpoint or path))
            yield rows

    def _get(self, url: str, query: Row, endpoint: str | None = None) -> Answer:
        return self._call("GET", url, endpoint or url, params=urlencode(query, safe=SAFE))

    def _write(self, method: str, resource: str, endpoint: str, values: Row, **options: Any) -> Answer:
        """A POST answers its fields as null unless a representation is preferred."""
        extra = {"Prefer": "return=representation"}
        path, counted = self._path(resource), f"{method} {self._path(endpoint)}"
        return self._call(method, path, counted, extra=extra, json=values, **options)

    def _call(
        self, method: str, url: str, endpoint: str, *, extra: dict[str, str] | None = None, **options: Any
    ) -> Answer:
        """One planned call. A minute's 429 waits its turn again (at most twice); a refused token is renewed
        at most once; anything else is judged."""
        refused: str | None = None
        answer = None
        for _ in range(3):
            self.budget.take(endpoint)
            token = self.token(refused)
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", **(extra or {})}
            answer = self.http.call(method, url, headers=headers, **options)
            if answer.status == 429:
                if self.budget.refused(answer.headers):
                    raise BudgetSpent("budget_day", service=SERVICE, retry_at=self._day_reset())
                continue
            self.budget.learn(answer.headers)
            if answer.status in (400, 401, 403, 404):
                self.budget.failed(endpoint)
            if answer.status != 401 or refused or answer.headers.get("Reason") in REASONS:
                break
            refused = token
        assert answer is not None
        if answer.status >= 400:
            raise judged(answer, endpoint)
        return answer

    def _day_reset(self) -> int | None:
        return self.budget.store.change(lambda known: known.get("day_reset"))

    def _rows(self, answer: Answer) -> tuple[list[Row], str | None]:
        """The rows of a page and the address of the next: `d.results`, a plain list under `d`, or one object."""
        body = answer.json()
        found = body.get("d") if isinstance(body, dict) else None
        following = found.get("__next") if isinstance(found, dict) else None
        if isinstance(found, dict) and str(found.get("__count", "")).isdecimal():
            self.counted = int(found["__count"])
        if isinstance(found, dict):
            found = found["results"] if "results" in found else [found]
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange)
        return stripped(found), following if isinstance(following, str) else None

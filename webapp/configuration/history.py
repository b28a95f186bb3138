"""Who saved what when, and what restoring one of those saves would change."""

from dataclasses import dataclass

from flask_babel import gettext as _

from webapp.configuration import choices, words
from webapp.configuration.proposal import Proposal
from webapp.models import Division, Event
from webapp.sync import configure, rules
from webapp.words import texts
from webapp.words.sentences import N_

HOW = {
    "restored": N_("restored as it was saved %(source)s"),
    "imported": N_("from the file of %(source)s"),
    "copied": N_("copied from %(source)s"),
}


@dataclass(frozen=True)
class Save:
    """One save; `now`: nothing has changed since."""

    event: Event
    how: str
    changes: list[words.Change]
    now: bool


def saves(division: Division) -> list[Save]:
    """Newest first."""
    return [_save(division, event) for event in configure.history(division)]


def _save(division: Division, event: Event) -> Save:
    params = event.params or {}
    before, after = params.get("before") or {}, rules.flat(params.get("rules") or {})
    found = words.changes(division, before, {name: after.get(name) for name in before})
    how = texts.translated(HOW[params["how"]]) % params if params.get("how") in HOW else ""
    same = not rules.differences(division.rules, params.get("rules") or {})
    return Save(event, how, found, same)


def restored(division: Division, event: Event) -> Proposal:
    """The configuration as it was then. What is no longer there comes along, and is told."""
    wanted = dict((event.params or {}).get("rules") or {})
    return Proposal(wanted, [*_lost_warehouses(division, wanted), *_lost_senders(division, wanted)])


def _lost_warehouses(division: Division, wanted: dict[str, object]) -> list[str]:
    there = {row["id"] for row in division.lists.get("warehouses", [])}
    lost = [key for key in rules.warehouses(wanted) if key not in there and "warehouses" in division.lists]
    names = "; ".join(choices.lost_warehouse(division, key) for key in lost)
    return [_("Warehouses that are no longer there: %(names)s.", names=names)] if lost else []


def _lost_senders(division: Division, wanted: dict[str, object]) -> list[str]:
    found = {choices.gone(division, value) for value in rules.warehouses(wanted).values()} - {""}
    if not found:
        return []
    names = "; ".join(sorted(found))
    sentence = _(
        "Sender addresses that are no longer in Sendcloud: %(names)s. No label can be made from their warehouses "
        "until you choose others.",
        names=names,
    )
    return [sentence]

"""A configuration that somebody may save: what it would change, and what of it does not fit here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from webapp.configuration import choices, words
from webapp.models import Division
from webapp.sync import rules
from webapp.words import texts


@dataclass(frozen=True)
class Proposal:
    """All of it holds, or with `errors` nothing. `notes` are sentences about what does not fit."""

    wanted: Mapping[str, Any]
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def page(division: Division, proposal: Proposal) -> dict[str, Any]:
    """What the page shows before anything is saved."""
    found = words.between(division, division.rules, proposal.wanted)
    return {
        "here": "configuration",
        "division": division,
        "changes": found,
        "notes": [*proposal.notes, *missing_fields(division, proposal.wanted)],
        "errors": proposal.errors,
        "labels_on": rules.label_auto(proposal.wanted) and not rules.label_auto(division.rules),
    }


def missing_fields(division: Division, wanted: Mapping[str, Any]) -> list[str]:
    """Chosen fields that Exact does not have in this division."""
    settings = rules.settings(wanted)
    names = ("service_point_field", "item_hs_code_field", "item_origin_field")
    return [
        _(
            "%(field)s: Exact has no %(value)s in this division as far as is known. It comes along all the same.",
            field=texts.translated(words.LABELS[name]),
            value=choices.field_name(division, settings[name]),
        )
        for name in names
        if choices.missing_field(division, settings[name])
    ]

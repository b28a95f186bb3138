"""The configuration of a division as a file that people can read, and the way back in: from a file or from another
division. It holds no keys. Warehouses go by their code or name, sender addresses by their number in Sendcloud.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from webapp import clock
from webapp.configuration import choices, words
from webapp.configuration.form import form_for, wanted
from webapp.configuration.proposal import Proposal
from webapp.models import Division
from webapp.sync import lists, rules
from webapp.sync.rules import WAREHOUSE
from webapp.words import texts

KIND = "configuration"
VERSION = 1
LARGEST = 256 * 1024
BOXES = ("label_auto", "service_point_enabled")
NUMBERS = ("default_weight", "backfill_days")
Row = dict[str, Any]


class NotReadable(Exception):
    """The file is none of ours, or not whole; the sentence says why."""


# -- out ------------------------------------------------------------------------------------------------------


def document(division: Division) -> Row:
    """Everything that stands saved, and each warehouse, also those without a sender address of their own."""
    chosen, senders = rules.warehouses(division.rules), choices.senders(division)

    def sender(key: str) -> Row | None:
        number = chosen.get(key, "")
        if not number:
            return None
        return {"id": number, "name": senders[number].name if number in senders else choices.gone(division, number)}

    rows = division.lists.get("warehouses", [])
    return {
        "pakbon": KIND,
        "version": VERSION,
        "division": {"code": division.code, "name": division.name},
        "exported_at": clock.utc(clock.now()).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "settings": rules.settings(division.rules),
        "warehouses": [{"code": row["code"], "name": row["name"], "sender": sender(row["id"])} for row in rows],
    }


def text(division: Division) -> str:
    return json.dumps(document(division), indent=2, ensure_ascii=False) + "\n"


def filename(division: Division) -> str:
    return f"pakbon-{division.code}-{clock.utc(clock.now()):%Y-%m-%d}.json"


# -- in -------------------------------------------------------------------------------------------------------


def read(content: bytes) -> Row:
    """A file of this version, as it stands; what is in it is not looked at yet."""
    if len(content) > LARGEST:
        size, most = f"{len(content) / 1024:.0f}", LARGEST // 1024
        raise NotReadable(_("The file is too large: %(size)s kB, at most %(most)s kB.", size=size, most=most))
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
        json.dumps(found, ensure_ascii=False).encode()  # half a character cannot be shown
    except json.JSONDecodeError as error:
        sentence = _("The file cannot be read: something is not right on line %(line)s.", line=error.lineno)
        raise NotReadable(sentence) from error
    except (ValueError, RecursionError) as error:
        raise NotReadable(_("This is not a configuration that Pakbon has exported.")) from error
    if not isinstance(found, dict) or found.get("pakbon") != KIND:
        raise NotReadable(_("This is not a configuration that Pakbon has exported."))
    if found.get("version") != VERSION or isinstance(found.get("version"), bool):
        sentence = _(
            "The file has version %(found)s, and this Pakbon reads version %(known)s. Export it anew from a Pakbon "
            "that is as new as this one.",
            found=_short(found.get("version")),
            known=VERSION,
        )
        raise NotReadable(sentence)
    return found


def _once(pairs: list[tuple[str, Any]]) -> Row:
    """Of a name that stands twice nobody knows which one is meant."""
    counts = Counter(name for name, _value in pairs)
    twice = next((name for name, count in counts.items() if count > 1), "")
    if twice:
        raise NotReadable(_("“%(name)s” stands in the file twice. Leave one of them out.", name=_short(twice)))
    return dict(pairs)


def named(found: Row) -> str:
    """Whose configuration it was."""
    division = found.get("division")
    name = division.get("name") or division.get("code") if isinstance(division, dict) else ""
    return _short(name or _("an unnamed division"))


def proposed(division: Division, found: Row) -> Proposal:
    """What the document comes to in this division. Settings that it leaves out stay as they are."""
    sent, errors = _settings(division, found.get("settings", {}))
    senders, notes, wrong = _warehouses(division, found.get("warehouses", []))
    if errors or wrong:
        return Proposal(division.rules, errors=[*errors, *wrong])
    form = form_for(division, MultiDict({**sent, **senders}), by_hand=False)
    if not form.validate():
        said = [_wrong(name, sent.get(name, ""), str(said[0])) for name, said in form.errors.items() if said]
        return Proposal(division.rules, errors=said)
    return Proposal(wanted(form, division), notes)


def _settings(division: Division, found: Any) -> tuple[dict[str, str], list[str]]:
    """The settings as a browser would send them, and what is wrong with their kind."""
    if not isinstance(found, dict):
        return {}, [_("“settings” must be a list of names and values.")]
    sent = {name: "y" for name in BOXES if rules.settings(division.rules)[name]}
    errors = []
    for name, value in found.items():
        if name not in words.LABELS:
            errors.append(_("“%(name)s” is not a setting that Pakbon knows.", name=_short(name)))
        elif name in BOXES and not isinstance(value, bool):
            errors.append(_wrong(name, value, _("It must be true or false.")))
        elif name in NUMBERS and not _whole(value) and not (value is None and name == "default_weight"):
            errors.append(_wrong(name, value, _("It must be a whole number.")))
        elif name not in (*BOXES, *NUMBERS) and not isinstance(value, str):
            errors.append(_wrong(name, value, _("It must be a text between quotation marks.")))
        elif name in BOXES:
            sent.pop(name, None)
            sent |= {name: "y"} if value else {}
        else:
            sent[name] = "" if value is None else str(value)
    return sent, errors


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(name: str, value: Any, sentence: str) -> str:
    label = texts.translated(words.LABELS[name]) if name in words.LABELS else name
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _("%(field)s is “%(value)s”. %(why)s", field=label, value=_short(shown), why=sentence)


def _short(value: Any) -> str:
    return " ".join(str(value).split())[:60]


# -- warehouses -----------------------------------------------------------------------------------------------


def _warehouses(division: Division, found: Any) -> tuple[dict[str, str], list[str], list[str]]:
    """Sender address by field of the form, what did not fit, and what is wrong."""
    if not isinstance(found, list):
        return {}, [], [_("“warehouses” must be a list.")]
    odd = [place for place, row in enumerate(found, 1) if not _is_warehouse(row)]
    if odd:
        sentence = _("Warehouse no. %(number)s of the file needs a code, a name and a sender.", number=odd[0])
        return {}, [], [sentence]
    known, senders = choices.senders(division), {}
    strangers, elsewhere = [], []
    for row in found:
        key, sender = _match(division, row), row["sender"] or {}
        field = f"{WAREHOUSE}{key}"
        if not key or field in senders:
            strangers.append(choices.warehouse_name(row))
        elif sender and str(sender["id"]) not in known and lists.senders_known(division):
            name = _short(sender.get("name") or sender["id"])
            elsewhere.append(f"{choices.warehouse_name(row)} ({name})")
        else:
            senders[field] = str(sender["id"]) if sender else ""
    return senders, [*_strangers(strangers), *_elsewhere(elsewhere)], []


def _is_warehouse(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("code"), str) or not isinstance(row.get("name"), str):
        return False
    sender = row.get("sender", "")
    if sender is None:
        return True
    return isinstance(sender, dict) and isinstance(sender.get("id"), int | str) and bool(sender["id"])


def _match(division: Division, row: Mapping[str, Any]) -> str:
    """The warehouse here with this code, else the only one with this name; "" if there is none."""
    here = division.lists.get("warehouses", [])
    code, name = row["code"].strip().casefold(), row["name"].strip().casefold()
    by_code = [one["id"] for one in here if code and one["code"].casefold() == code]
    by_name = [one["id"] for one in here if name and one["name"].casefold() == name]
    return str(by_code[0]) if by_code else str(by_name[0]) if len(by_name) == 1 else ""


def _strangers(names: list[str]) -> list[str]:
    sentence = _(
        "No warehouse here has that code or name, so these do not come along: %(names)s.", names=_list(names)
    )
    return [sentence] if names else []


def _elsewhere(names: list[str]) -> list[str]:
    if not names:
        return []
    sentence = _(
        "These sender addresses are not in this Sendcloud account: %(names)s. Their warehouses stay as they are "
        "here.",
        names=_list(names),
    )
    return [sentence]


def _list(names: list[str]) -> str:
    shown = ", ".join(_short(name) for name in names[:40])
    return f"{shown}, …" if len(names) > 40 else shown

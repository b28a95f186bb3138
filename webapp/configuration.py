"""The configuration page of a division: its form, what it offers to choose from, and the preview beside it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, IntegerField, StringField, ValidationError
from wtforms.validators import NumberRange

from webapp import texts
from webapp.errors import PakbonError
from webapp.models import Division, Order
from webapp.sentences import N_
from webapp.sync import configure, customs, decide, rules
from webapp.sync.mapping import Mapped
from webapp.sync.states import OrderState

WAREHOUSE = "warehouse_"
PREVIEW_ORDERS = 25
# Codes in Babel's list that are no country in ISO 3166-1.
NO_COUNTRY = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())

SHIPMENT_TYPES = {
    "commercial_goods": N_("Commercial goods"),
    "gift": N_("Gift"),
    "commercial_sample": N_("Commercial sample"),
    "returned_goods": N_("Returned goods"),
}
CUSTOMER_SOURCES = {
    "": N_("Empty"),
    "account": N_("Account"),
    "contact": N_("Contact person"),
    "address": N_("Delivery address"),
}
ORDER_FIELDS = {"YourRef": N_("Your ref."), "Description": N_("Description"), "Remarks": N_("Remarks")}


class Choice(StringField):
    """One of `choices`, pairs of value and name, which the form is given later."""

    choices: list[tuple[str, str]] = []

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.errors and (self.data or "") not in [value for value, _name in self.choices]:
            raise ValidationError(_("Choose one of the list."))


class ExactField(StringField):
    """The name of a field of Exact; `choices` are those that are known, others may be there as well."""

    choices: list[tuple[str, str]] = []


class ConfigurationForm(FlaskForm):
    """Everything but the warehouses, which `form_for` adds. `version` is how often it had been saved when the
    page was opened."""

    version = IntegerField()
    label_auto = BooleanField(_l("Make the label as soon as a goods delivery appears in Exact"))
    service_point_enabled = BooleanField(_l("Deliver to a service point if the order names one"))
    service_point_field = ExactField(_l("Field with the service point"))
    customs_shipment_type = Choice(_l("Shipment type"))
    customs_origin_country = Choice(_l("Country of origin"))
    customs_hs_code = StringField(_l("HS code"))
    item_hs_code_field = ExactField(_l("Article field with the HS code"))
    item_origin_field = ExactField(_l("Article field with the origin"))
    customer_mapping = Choice(_l("How customer data are chosen"))
    map_name = Choice(_l("Name"))
    map_company_name = Choice(_l("Company name"))
    map_email = Choice(_l("E-mail"))
    map_phone = Choice(_l("Phone"))
    map_address = Choice(_l("Address"))
    backfill_days = IntegerField(
        _l("Read orders of the last"), [NumberRange(1, 365, _l("Fill in a number of days, 1 to 365."))]
    )

    def validate_version(self, field: Field) -> None:
        """Scripts may leave it out; then the last save wins."""
        field.errors = []

    def validate_service_point_field(self, field: Field) -> None:
        if not rules.is_order_field(field.data or ""):
            raise ValidationError(_("Choose a field of the sales order."))

    def validate_customs_hs_code(self, field: Field) -> None:
        field.data = (field.data or "").strip()
        if field.data and not customs.hs_code(field.data):
            raise ValidationError(
                _("An HS code has at least six digits, with or without dots, and at most 12 signs.")
            )

    def validate_item_hs_code_field(self, field: Field) -> None:
        if not rules.is_item_field(field.data or ""):
            raise ValidationError(_("Choose a field of the article."))

    validate_item_origin_field = validate_item_hs_code_field


class SenderField(StringField):
    """The sender address of one warehouse: one of this Sendcloud account, or the one that was saved."""

    def __init__(self, *args: Any, known: frozenset[str] = frozenset(), kept: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.kept = known, kept

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data and self.data not in self.known and self.data != self.kept:
            raise ValidationError(_("This sender address is none of this Sendcloud account. Choose another one."))


# -- the form of one division -------------------------------------------------------------------------------


def form_for(division: Division, sent: MultiDict[str, str] | None = None) -> ConfigurationForm:
    """The form with what stands saved, or with what was sent; fields that were not sent keep what is saved."""
    saved = rules.warehouses(division.rules)
    known = frozenset(str(row.get("id")) for row in division.sender_addresses)
    senders = {
        f"{WAREHOUSE}{key}": SenderField(name, known=known, kept=saved.get(key, ""))
        for key, name in warehouse_names(division).items()
    }
    kind = type("DivisionForm", (ConfigurationForm,), senders)
    form = kind(formdata=_lowered(sent) if sent is not None else None, data=_data(division))
    _put_choices(form, division)
    return form


def _lowered(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """Ids of warehouses in lower case, however they were written."""
    pairs = [(name.lower() if name.startswith(WAREHOUSE) else name, value) for name, value in sent.items(multi=True)]
    return MultiDict(pairs)


def _data(division: Division) -> dict[str, Any]:
    saved, found = division.rules, rules.mapping_rules(division.rules)
    data = {
        "version": division.rules_no,
        "label_auto": rules.label_auto(saved),
        "service_point_enabled": saved.get("service_point_enabled") is True,
        "service_point_field": saved.get("service_point_field") or "YourRef",
        "customs_shipment_type": found.shipment_type,
        "customs_origin_country": found.origin_country,
        "customs_hs_code": found.hs_code,
        "item_hs_code_field": found.item_hs_code_field,
        "item_origin_field": found.item_origin_field,
        "customer_mapping": "manual" if found.customer else "dynamic",
        "backfill_days": rules.backfill_days(saved),
    }
    data |= {f"map_{name}": value for name, value in vars(rules.sources(saved)).items()}
    return data | {f"{WAREHOUSE}{key}": value for key, value in rules.warehouses(saved).items()}


def _put_choices(form: ConfigurationForm, division: Division) -> None:
    form.customer_mapping.choices = [("dynamic", _("Dynamic")), ("manual", _("Manual"))]
    form.customs_shipment_type.choices = [(key, texts.translated(word)) for key, word in SHIPMENT_TYPES.items()]
    form.customs_origin_country.choices = [("", _("No default")), *countries()]
    form.service_point_field.choices = order_fields(division, form.service_point_field.data or "")
    form.item_hs_code_field.choices = item_fields(division, form.item_hs_code_field.data or "")
    form.item_origin_field.choices = item_fields(division, form.item_origin_field.data or "")
    for name in ("name", "company_name", "email", "phone", "address"):
        allowed = [key for key in CUSTOMER_SOURCES if key or name in rules.MAY_BE_EMPTY]
        form[f"map_{name}"].choices = [(key, texts.translated(CUSTOMER_SOURCES[key])) for key in allowed]


def wanted(form: ConfigurationForm, division: Division) -> dict[str, Any]:
    """What the form says, as it is kept in `Division.rules`."""
    plain = [name for name in form.data if name not in ("version", "csrf_token") and not name.startswith(WAREHOUSE)]
    found = {name: form[name].data for name in plain}
    found["customs_hs_code"] = customs.hs_code(found["customs_hs_code"] or "")
    senders = {name.removeprefix(WAREHOUSE): form[name].data for name in form.data if name.startswith(WAREHOUSE)}
    found["warehouses"] = {key: value for key, value in senders.items() if value}
    return {**division.rules, **found}


def newer(form: ConfigurationForm, division: Division) -> ConfigurationForm:
    """The form after somebody else saved: saving it once more replaces what he saved."""
    form.version.raw_data, form.version.data = None, Division.get_by_id(division.id).rules_no
    return form


# -- what there is to choose from ---------------------------------------------------------------------------


def countries() -> list[tuple[str, str]]:
    """Code and name of every country, by name in the reader's language."""
    names = get_locale().territories
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY]
    return sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1])


def warehouse_names(division: Division) -> dict[str, str]:
    """Every warehouse of Exact, and those that were mapped and are no longer there."""
    rows = division.lists.get("warehouses", [])
    found = {row["id"]: f"{row['code']} {row['name']}".strip() or row["id"] for row in rows}
    lost = {
        key: _("%(id)s, no longer in Exact", id=key) for key in rules.warehouses(division.rules) if key not in found
    }
    return found | lost


@dataclass(frozen=True)
class Sender:
    """One choice for a warehouse."""

    id: str
    name: str
    new: bool = False


def senders(division: Division) -> list[Sender]:
    new = division.lists.get("senders_new", [])
    rows = [(str(row.get("id")), texts.sender(row)) for row in division.sender_addresses]
    return [Sender(key, name or key, key in new) for key, name in rows]


def gone(division: Division, value: str) -> str:
    """The name of a chosen sender address that is no longer in Sendcloud; "" if it is still there."""
    if not value or any(sender.id == value for sender in senders(division)):
        return ""
    return texts.sender(division.lists.get("senders_gone", {}).get(value, {})) or value


def order_fields(division: Division, chosen: str) -> list[tuple[str, str]]:
    """Fields of the sales order, each with a real value."""
    known = division.lists.get("order_fields", {})
    latest = Order.select(Order.exact).where(Order.division == division).order_by(Order.number.desc()).limit(50)
    heads = [order.exact for order in latest]
    found = []
    for name, word in ORDER_FIELDS.items():
        example = next((str(head[name]) for head in heads if head.get(name)), "")
        found.append((name, _choice(texts.translated(word), example)))
    found += [(name, _choice(_own_field(name, row), row["example"])) for name, row in sorted(known.items())]
    return _with_chosen(found, chosen)


def item_fields(division: Division, chosen: str) -> list[tuple[str, str]]:
    """Fields of the article, each with its label and a real value of this division."""
    known: Mapping[str, Mapping[str, Any]] = division.lists.get("fields", {})
    found = [("", _("No field, use the default"))]
    for name in rules.STANDARD_ITEM_FIELDS:
        found.append((name, _choice(field_name(division, name), known.get(name, {}).get("example", ""))))
    more = sorted(name for name in known if ":" in name and rules.is_item_field(name))
    found += [(name, _choice(field_name(division, name), known[name]["example"])) for name in more]
    return _with_chosen(found, chosen)


def field_name(division: Division, name: str) -> str:
    """A field of the article or the sales order in words, with its label where Exact told it."""
    row = {**division.lists.get("fields", {}), **division.lists.get("order_fields", {})}.get(name, {})
    if name in ORDER_FIELDS:
        return texts.translated(ORDER_FIELDS[name])
    if name == "StatisticalCode":
        return _("Statistical code")
    if name.startswith("FreeTextField_"):
        return _("Free field %(number)s", number=name[-2:].lstrip("0"))
    if name.startswith("extra:"):
        words = _("Extra field %(number)s", number=name.removeprefix("extra:"))
        return f"{words}, {row['label']}" if row.get("label") else words
    return _own_field(name, row)


def _own_field(name: str, row: Mapping[str, Any]) -> str:
    return _("Custom field %(name)s", name=row.get("label") or name.removeprefix("custom:"))


def _choice(name: str, example: str) -> str:
    short = " ".join(example.split())[:40]
    return f"{name} · {short}" if short else name


def _with_chosen(found: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """Also a field that was chosen and is not among those that Exact has now."""
    if chosen in [key for key, _name in found]:
        return found
    return [*found, (chosen, _("%(name)s, not found in Exact", name=chosen))]


def missing_field(division: Division, name: str) -> bool:
    """Whether the lists were read and do not have this extra or custom field."""
    lists = division.lists
    if ":" not in name or "fields_at" not in lists:
        return False
    return name not in lists.get("fields", {}) and name not in lists.get("order_fields", {})


# -- the preview --------------------------------------------------------------------------------------------

WHY = {
    "manual_instead": N_("instead, because the chosen one is empty"),
    "correction": N_("repaired here"),
    "split": N_("split into street and house number"),
    "default": N_("default of the configuration"),
}
NOT_SHOWN = (
    "order_id",
    "customer_details",
    "order_details.integration",
    "order_details.status",
    "payment_details.status",
)


@dataclass(frozen=True)
class Row:
    """One field of the request, why it is so, and what it is under the saved configuration if that differs."""

    path: str
    name: str
    value: str
    why: str
    old: str | None = None

    @property
    def changed(self) -> bool:
        return self.old is not None


@dataclass(frozen=True)
class Preview:
    """An order under the configuration of the form. Nothing of it is kept."""

    orders: list[Order] = field(default_factory=list)
    order: Order | None = None
    mapped: Mapped | None = None
    rows: list[Row] = field(default_factory=list)
    sender: str = ""


def preview(division: Division, form: ConfigurationForm, guid: str = "") -> Preview:
    """The order of choice (else the newest that is incoming) as it would be sent, field by field."""
    orders = _preview_orders(division)
    order = next((row for row in orders if row.guid == guid.lower()), orders[0] if orders else None)
    if order is None:
        return Preview()
    now, then = _mapped(division, order, wanted(form, division)), _mapped(division, order, division.rules)
    old = dict(_leaves(then.payload or {}))
    leaves = sorted(_leaves(now.payload or {}), key=lambda leaf: not leaf[0].startswith("shipping_address"))
    rows = [_row(division, path, value, now, old) for path, value in leaves]
    return Preview(orders, order, now, rows, _sender(division, form, order))


def _preview_orders(division: Division) -> list[Order]:
    states = [state.value for state in (OrderState.INCOMING, OrderState.DUE, OrderState.PROBLEM)]
    found = Order.select().where(Order.division == division, Order.state.in_(states))
    first = Order.state != OrderState.INCOMING.value
    return list(found.order_by(first, Order.number.desc()).limit(PREVIEW_ORDERS))


def _mapped(division: Division, order: Order, saved: Mapping[str, Any]) -> Mapped:
    """The mapping under these rules: they are put into a copy that is never saved."""
    copy = Division.get_by_id(division.id)
    copy.rules = dict(saved)
    batch = next(decide.with_lines(Order.select().where(Order.id == order.id)))
    return decide.map_rows(copy, batch)[order.id]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a request that a person cares about, with its dotted path."""
    if path.startswith(NOT_SHOWN):
        return
    if isinstance(value, Mapping) and "value" not in value:
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _leaves(part, f"{path}.{place}")
    elif not path.endswith((".item_id", ".unit_price", ".ean", ".sku")):
        yield path, _shown(value)


def _shown(value: Any) -> str:
    """A value as a person reads it: an amount or a weight with its unit."""
    if isinstance(value, Mapping):
        return f"{Decimal(str(value['value']))} {value.get('currency') or value.get('unit')}"
    return str(value)


def _row(division: Division, path: str, value: str, now: Mapped, old: Mapping[str, str]) -> Row:
    rule, source = now.provenance.get(path, ("fixed", ""))
    before = old.get(path, "")
    name = f"{_article(path, now)}{texts.field(path)}"
    return Row(path, name, value, why(division, rule, source), before if before != value else None)


def _article(path: str, mapped: Mapped) -> str:
    """Whose field it is, for those of order lines."""
    found = re.match(r"order_details\.order_items\.([0-9]+)\.", path)
    if not found or mapped.payload is None:
        return ""
    item = mapped.payload["order_details"]["order_items"][int(found[1])]
    return f"{item.get('sku') or int(found[1]) + 1}, "


def why(division: Division, rule: str, source: str) -> str:
    """Which field of Exact it is, and which rule chose it."""
    record, _dot, name = source.partition(".")
    field_in_words = texts.source(source)
    if name and (":" in name or name.startswith("FreeTextField_") or name in ORDER_FIELDS):
        field_in_words = f"{texts.source(record)}, {field_name(division, name)}"
    rule_in_words = texts.translated(WHY[rule]) if rule in WHY else ""
    if rule.startswith("dynamic_"):
        rule_in_words = _("dynamic")
    elif rule.startswith("manual_") and rule not in WHY:
        rule_in_words = _("manual")
    return ", ".join(part for part in (field_in_words, rule_in_words) if part)


def _sender(division: Division, form: ConfigurationForm, order: Order) -> str:
    """The sender address that the order's warehouse leads to."""
    key = f"{WAREHOUSE}{str(order.exact.get('WarehouseID') or '').lower()}"
    chosen = form[key].data if key in form else ""
    name = next((sender.name for sender in senders(division) if sender.id == chosen), "")
    return name or gone(division, chosen or "") or _("Sendcloud's default")


# -- the page -----------------------------------------------------------------------------------------------


def page(
    division: Division,
    form: ConfigurationForm,
    *,
    order: str = "",
    errors: list[PakbonError] | None = None,
    conflict: bool = False,
    refreshed: bool = False,
) -> dict[str, Any]:
    """Everything that the template shows."""
    return {
        "here": "configuration",
        "division": division,
        "form": form,
        "preview": preview(division, form, order),
        "senders": senders(division),
        "gone": lambda value: gone(division, value or ""),
        "missing": lambda name: missing_field(division, name or ""),
        "warehouses": [form[name] for name in form.data if name.startswith(WAREHOUSE)],
        "wrong": [form[name] for name, said in form.errors.items() if said and name in form],
        "failed": errors or [],
        "conflict": configure.history(division)[:1] if conflict else [],
        "refreshed": refreshed and not errors,
        "lists": division.lists,
    }

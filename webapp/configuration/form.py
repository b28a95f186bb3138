"""The form of the configuration: its fields, what they refuse, and what they come to in `Division.rules`."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, IntegerField, StringField, ValidationError
from wtforms.validators import NumberRange

from webapp import i18n
from webapp.configuration import choices
from webapp.models import Division
from webapp.sync import customs, lists, rules
from webapp.sync.rules import WAREHOUSE


class Choice(StringField):
    """One of `choices`, pairs of value and name, which the form is given later."""

    choices: list[tuple[str, str]] = []

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.errors and (self.data or "") not in [value for value, _name in self.choices]:
            raise ValidationError(_("Choose one of the list."))


class ExactField(StringField):
    """The name of a field of Exact; `groups` are those that are known, others may be there as well."""

    groups: choices.Groups = []


class Grams(IntegerField):
    """A weight, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return  # not sent: as it is
        typed = [value.strip() for value in valuelist if value.strip()]
        self.data = None
        if typed and not (typed[0].isascii() and typed[0].isdecimal() and 1 <= int(typed[0][:9]) <= rules.HEAVIEST):
            raise ValueError(_("Fill in whole grams, 1 to 70000, or leave it empty."))
        if typed:
            self.data = int(typed[0])


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
    default_weight = Grams(_l("Default weight"))
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
                _("An HS code has at least six digits, with or without dots, and at most 12 characters.")
            )

    def validate_item_hs_code_field(self, field: Field) -> None:
        if not rules.is_item_field(field.data or ""):
            raise ValidationError(_("Choose a field of the article."))

    validate_item_origin_field = validate_item_hs_code_field


class SenderField(StringField):
    """The sender address of one warehouse: one of this Sendcloud account, or the one that was saved; any number where
    `known` is None. A warehouse that Exact does not have is a `stranger`."""

    def __init__(
        self, *args: Any, known: frozenset[str] | None = None, kept: str = "", stranger: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.kept, self.stranger = known, kept, stranger

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.stranger:
            raise ValidationError(_("Exact has no such warehouse in this division."))
        if self.data and self.data != self.kept and not self._may_be(self.data):
            raise ValidationError(_("This sender address is not in this Sendcloud account. Choose another one."))

    def _may_be(self, number: str) -> bool:
        return bool(re.fullmatch("[0-9]{1,18}", number)) if self.known is None else number in self.known


# -- the form of one division -------------------------------------------------------------------------------


def form_for(
    division: Division, sent: MultiDict[str, str] | None = None, *, by_hand: bool = True
) -> ConfigurationForm:
    """The form with what stands saved, or with what was sent; fields that were not sent keep what is saved.
    Not `by_hand`: what was sent comes out of a file or of another division, so without a token."""
    saved = rules.warehouses(division.rules)
    told = lists.senders_known(division)
    known = frozenset(str(row.get("id")) for row in division.sender_addresses) if told else None
    senders = {
        f"{WAREHOUSE}{key}": SenderField(name, known=known, kept=saved.get(key, ""))
        for key, name in choices.warehouse_names(division).items()
    }
    senders |= {name: SenderField(name.removeprefix(WAREHOUSE), stranger=True) for name in strangers(division, sent)}
    kind = type("DivisionForm", (ConfigurationForm,), senders)
    form = kind(formdata=_lowered(sent) if sent is not None else None, data=_data(division), meta={"csrf": by_hand})
    _put_choices(form, division)
    return form


def strangers(division: Division, sent: MultiDict[str, str] | None) -> list[str]:
    """Fields with a sender address for a warehouse that is not known (yet): scripts may send what no page showed."""
    known = {f"{WAREHOUSE}{key}" for key in choices.warehouse_names(division)}
    pairs = _lowered(sent).items() if sent is not None else ()
    return [name for name, value in pairs if name.startswith(WAREHOUSE) and value and name not in known]


def _lowered(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """Ids of warehouses in lower case, however they were written."""
    pairs = [(name.lower() if name.startswith(WAREHOUSE) else name, value) for name, value in sent.items(multi=True)]
    return MultiDict(pairs)


def _data(division: Division) -> dict[str, Any]:
    return {"version": division.rules_no, **rules.flat(division.rules)}


def _put_choices(form: ConfigurationForm, division: Division) -> None:
    form.customer_mapping.choices = choices.translated(choices.CUSTOMER_MAPPINGS)
    form.customs_shipment_type.choices = choices.translated(choices.SHIPMENT_TYPES)
    form.customs_origin_country.choices = [("", _("No default")), *i18n.countries()]
    form.service_point_field.groups = choices.order_fields(division, form.service_point_field.data or "")
    form.item_hs_code_field.groups = choices.item_fields(division, form.item_hs_code_field.data or "")
    form.item_origin_field.groups = choices.item_fields(division, form.item_origin_field.data or "")
    for name in ("name", "company_name", "email", "phone", "address"):
        sources = choices.translated(choices.CUSTOMER_SOURCES)
        form[f"map_{name}"].choices = [pair for pair in sources if pair[0] or name in rules.MAY_BE_EMPTY]


def wanted(form: ConfigurationForm, division: Division) -> dict[str, Any]:
    """What the form says, as it is kept in `Division.rules`."""
    plain = [name for name in form.data if name not in ("version", "csrf_token") and not name.startswith(WAREHOUSE)]
    found = {name: form[name].data for name in plain}
    found["customs_hs_code"] = customs.hs_code(found["customs_hs_code"] or "")
    senders = {field.name.removeprefix(WAREHOUSE): field.data for field in warehouse_fields(form)}
    found["warehouses"] = {key: value for key, value in senders.items() if value}
    kept = {**division.rules, **found}
    if not kept["default_weight"]:
        del kept["default_weight"]
    return kept


def warehouse_fields(form: ConfigurationForm) -> list[SenderField]:
    return [field for field in form if isinstance(field, SenderField)]


def newer(form: ConfigurationForm, division: Division) -> ConfigurationForm:
    """The form after somebody else saved: saving it once more replaces what he saved."""
    form.version.raw_data, form.version.data = None, Division.get_by_id(division.id).rules_no
    return form

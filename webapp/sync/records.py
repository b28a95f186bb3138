"""What Pakbon knows of a sales order, in its own words. Pure data: no padding, no JSON, no database.

Dates are ISO text, money and quantities Decimal, weights grams. Empty text means: Exact has nothing there.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Place:
    """An address as Exact keeps it: street and number share the first line."""

    lines: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    phone: str = ""
    contact: str = ""  # whom an address names: the contact person and the account that it belongs to
    account: str = ""


@dataclass(frozen=True)
class Party:
    """An account or a contact: somebody with a name, who can be reached."""

    guid: str
    name: str = ""
    email: str = ""
    phone: str = ""
    place: Place = Place()


@dataclass(frozen=True)
class Item:
    """A product. `grams` is the net weight of one unit, None if Exact has none.

    `values` holds what its standard, free, extra and custom fields say, by the names of the configuration
    ("StatisticalCode", "FreeTextField_03", "extra:2", "custom:Origin"), as far as they were read.
    """

    guid: str
    code: str = ""
    barcode: str = ""
    grams: Decimal | None = None
    stock: bool = True
    service: bool = False  # time: hours, a subscription; never in a parcel
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    repaired: Mapping[str, str] = dataclasses.field(default_factory=dict)  # here, see customs.REPAIRABLE


@dataclass(frozen=True)
class Line:
    """One line of an order. `left` is what is still to be delivered; negative quantities are trade-ins."""

    guid: str
    number: int = 0
    item: Item | None = None
    item_code: str = ""
    description: str = ""
    unit: str = ""
    quantity: Decimal = Decimal(0)
    delivered: Decimal = Decimal(0)
    amount: Decimal | None = None  # of the whole line, in the order's currency, without VAT
    price: Decimal = Decimal(0)  # net, of one unit

    @property
    def left(self) -> Decimal:
        return self.quantity - self.delivered


@dataclass(frozen=True)
class SalesOrder:
    """An order with everything that a parcel needs.

    `account` and `address` are None where Exact does not have the record any more that the order points at;
    `address` is also None where the order points at none, then `address_asked` is False.
    """

    guid: str
    number: int
    date: str
    account: Party | None
    contact: Party | None = None
    address: Place | None = None
    address_asked: bool = False
    currency: str = ""
    shipping_method: str = ""
    your_ref: str = ""
    description: str = ""
    remarks: str = ""
    custom: Mapping[str, str] = dataclasses.field(default_factory=dict)  # its custom fields, as far as read
    lines: tuple[Line, ...] = ()

    @property
    def place(self) -> Place:
        """Its delivery address, else that of its account."""
        return self.address or (self.account.place if self.account else Place())


@dataclass(frozen=True)
class Problem:
    """Why an order cannot go as it is: the key of a sentence, the field of the payload, and its value."""

    code: str
    field: str = ""
    value: str = ""
    params: dict[str, Any] = dataclasses.field(default_factory=dict)

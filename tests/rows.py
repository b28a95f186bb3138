"""Rows for tests of the screens."""

import uuid
from typing import Any

from webapp import clock
from webapp.models import Connection, Delivery, DeliveryLine, Division, Event, Order, OrderLine, Parcel, Part, User
from webapp.sync import findable, searched
from webapp.sync.states import OrderState

CODE = 2480617
SENDERS = [
    {"id": 1, "company_name": "Van Dalen", "address_line_1": "Ebbingestraat", "house_number": "55",
     "postal_code": "9712 HC", "city": "Groningen", "country_code": "NL"}
]  # fmt: skip


def a_connection(**fields: Any) -> Connection:
    wanted = {"country": "nl", "exact_user_id": str(uuid.uuid4()), "user_name": "Marijke de Boer"}
    return Connection.create(**{**wanted, **fields})


def a_division(code: int = CODE, **fields: Any) -> Division:
    """A division that is connected, read a moment ago and due in a minute."""
    now = clock.now()
    wanted = {
        "name": "Van Dalen Keukengerei", "country": "nl", "currency": "EUR", "sendcloud": "on",
        "public_key": "public", "secret_key": "secret", "integration_id": code, "shop_name": "Keukengerei NL",
        "sender_addresses": SENDERS, "passed_at": now - 40, "due_at": now + 60, "changed_no": 1,
        "connection": fields.pop("connection", None) or a_connection(),
    }  # fmt: skip
    return Division.create(code=code, **{**wanted, **fields})


def an_order(division: Division, number: int, state: str = "incoming", **fields: Any) -> Order:
    """An order that last changed an hour ago."""
    then = clock.now() - 3600
    wanted = {
        "guid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{division.code}/{number}")), "customer": "Kookstudio Bint",
        "city": "Utrecht", "country": "NL", "order_date": clock.utc(then).date().isoformat(), "checked": True,
        "since": then, "changed_at": then,
    }  # fmt: skip
    wanted = {**wanted, **fields}
    wanted.setdefault("search", findable.words(wanted["customer"], wanted["city"]))
    return Order.create(division=division, number=number, state=OrderState(state).value, **wanted)


def a_problem(division: Division, number: int, reason: str = "address_incomplete", **fields: Any) -> Order:
    wanted = {"field": "postal_code"} if reason == "address_incomplete" else {}
    return an_order(division, number, "problem", reason=reason, **{**wanted, **fields})


def a_full_order(division: Division, number: int = 24810) -> Order:
    """An order with account, contact, address and three lines: one that goes, a trade-in and a service."""
    ids = {name: str(uuid.uuid4()) for name in ("account", "contact", "address", "stock", "hours")}
    _a_part(division, "account", ids["account"], Name="El Amrani Tapijten", City="Rotterdam", Country="NL")
    _a_part(division, "contact", ids["contact"], FullName="Samira El Amrani", Email="samira@elamrani.example")
    _a_part(
        division, "address", ids["address"], AddressLine1="Witte de Withstraat 71B", Postcode="3012 BM",
        City="Rotterdam", Country="NL",
    )  # fmt: skip
    _a_part(division, "item", ids["stock"], Code="BRB-60", IsStockItem=True, NetWeight=1.2)
    _a_part(division, "item", ids["hours"], Code="MONT", IsStockItem=False, IsTime=1)
    order = an_order(division, number, customer="El Amrani Tapijten", city="Rotterdam")
    today = clock.utc(clock.now()).date().isoformat()
    order.exact = {
        "OrderID": order.guid, "OrderNumber": number, "OrderDate": today, "Status": 12, "ApprovalStatus": 1,
        "Currency": "EUR", "OrderedBy": ids["account"], "DeliverTo": ids["account"],
        "DeliverToContactPerson": ids["contact"], "DeliveryAddress": ids["address"],
    }  # fmt: skip
    order.save()
    for place, (item, code, quantity) in enumerate(
        [("stock", "BRB-60", 3), ("stock", "THG-6", -1), ("hours", "MONT", 1)], start=1
    ):
        row = {
            "ID": str(uuid.uuid4()), "LineNumber": place, "Item": ids[item], "ItemCode": code,
            "Description": f"Artikel {code}", "Quantity": quantity, "QuantityDelivered": 0, "NetPrice": 40,
        }  # fmt: skip
        OrderLine.create(order=order, guid=row["ID"], number=place, exact=row)
    return order


def _a_part(division: Division, kind: str, guid: str, **exact: Any) -> None:
    Part.create(division=division, kind=kind, guid=guid, exact={"ID": guid, **exact})


def an_event(order: Order, code: str, seconds_ago: int = 60, **fields: Any) -> Event:
    return Event.create(division=order.division_id, order=order, code=code, at=clock.now() - seconds_ago, **fields)


def may_see(user: User, division: Division) -> None:
    user.access.model.create(user=user, division=division)


def a_delivery(order: Order, number: int, state: str = "written", **fields: Any) -> Delivery:
    """A goods delivery of all lines of an order; `exact` may hold what is written there."""
    exact = {"DeliveryDate": "2026-11-23T00:00:00", **fields.pop("exact", {})}
    guid = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{order.division_id}/delivery/{number}"))
    delivery = Delivery.create(
        division=order.division_id, guid=guid, number=number, state=state, exact=exact, **fields
    )
    lines = list(OrderLine.select().where(OrderLine.order == order)) or [None]
    for line in lines:
        DeliveryLine.create(
            delivery=delivery, order=order, guid=str(uuid.uuid4()), order_number=order.number, quantity="2",
            order_line=line.guid if line else "", exact={"ItemCode": "BRB-60", "ItemDescription": "Berberkleed"},
        )  # fmt: skip
    return delivery


def a_parcel(delivery: Delivery, parcel: int, tracking: str, **fields: Any) -> Parcel:
    """A label that Pakbon made for a goods delivery."""
    order = DeliveryLine.get(DeliveryLine.delivery == delivery).order
    wanted = {
        "status": "PARCEL_EN_ROUTE", "carrier": "postnl", "tracking_url": f"https://track.example/{tracking}",
        "ours": True, "order_number": str(order.number),
    }  # fmt: skip
    made = Parcel.create(
        division=delivery.division_id, order=order, delivery=delivery, parcel=parcel, tracking_number=tracking,
        **{**wanted, **fields},
    )  # fmt: skip
    searched.refresh([order.id])
    return made

"""The screen on which a person plays the merchant in Exact: sales orders, their changes, goods deliveries."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.demo.exact import bench, trade
from webapp.demo.exact.books import Books, Row
from webapp.demo.exact.files import attachment_answer
from webapp.demo.exact.odata import ODataError
from webapp.demo.exact.present import CODES, full_name

screen = Blueprint("screen", __name__)
ADDRESS_FIELDS = {
    "AddressLine1": "Straat en huisnummer",
    "AddressLine2": "Adresregel 2",
    "Postcode": "Postcode",
    "City": "Plaats",
    "Country": "Land (code)",
    "Phone": "Telefoon",
}
ITEM_FIELDS = {
    "NetWeight": "Nettogewicht (kg)",
    "StatisticalCode": "Goederencode (Intrastat)",
    "FreeTextField_01": "Vrij tekstveld 1",
    "FreeTextField_02": "Vrij tekstveld 2",
}
FILTERS = {"open": (12, 20), "klaar": (21, 45)}


def books() -> Books:
    return current_app.extensions["books"]


@screen.app_template_filter("date")
def show_date(moment: datetime | None) -> str:
    return f"{moment.day}-{moment.month}-{moment.year}" if moment else ""


@screen.app_template_filter("number")
def show_number(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")


@screen.app_template_filter("status")
def show_status(code: int, kind: str = "Status") -> str:
    return CODES[kind].get(code, ("?",))[0]


@screen.context_processor
def helpers() -> dict[str, Any]:
    return {"books": books(), "full_name": full_name, "remaining": trade.remaining}


# --- look -----------------------------------------------------------------------------------------------


@screen.get("/")
def home() -> str:
    codes = [code for code in books().divisions if books().table(code, "SalesOrders").rows]
    return render_template("home.html", divisions=[books().divisions[code] for code in codes])


@screen.get("/<int:division>/")
def orders(division: int) -> str:
    with books().lock:
        rows = books().rows(known(division), "SalesOrders")
        shown = FILTERS.get(request.args.get("show", ""))
        text = request.args.get("q", "").strip().lower()
        rows = [row for row in rows if (not shown or row["Status"] in shown) and matches(division, row, text)]
        rows.sort(key=lambda row: (row["OrderDate"], row["OrderNumber"]), reverse=True)
        return page("orders.html", division, rows=rows[:500], total=len(rows), text=text)


@screen.get("/<int:division>/orders/<key>")
def order(division: int, key: str) -> str:
    with books().lock:
        row = record(division, "SalesOrders", key)
        return page(
            "order.html",
            division,
            order=row,
            lines=trade.lines_of(books(), division, key),
            address=delivery_address(division, row),
            fields=ADDRESS_FIELDS,
            deliveries=deliveries_of(division, row["OrderNumber"]),
            problem=request.args.get("problem"),
        )


@screen.get("/docs/SlsSalesOrderEntry.aspx")
def order_entry() -> BaseResponse:
    """Under the address that the real screen has."""
    key = request.args.get("OrderID", "").strip("{}")
    return redirect(url_for("screen.order", division=division_asked(), key=key))


@screen.get("/docs/LogItemCard.aspx")
def item_card() -> str:
    key = request.args.get("Item", "").strip("{}")
    with books().lock:
        return page("item.html", division_asked(), item=record(division_asked(), "Items", key), fields=ITEM_FIELDS)


@screen.post("/docs/LogItemCard.aspx")
def edit_item() -> BaseResponse:
    key, division = request.args.get("Item", "").strip("{}"), division_asked()
    with books().lock:
        record(division, "Items", key)
        changes: dict[str, Any] = {name: request.form.get(name, "").strip() or None for name in ITEM_FIELDS}
        weight = changes["NetWeight"] or ""
        changes["NetWeight"] = float(weight.replace(",", ".")) if is_number(weight) else None
        books().update(division, "Items", key, changes)
    return redirect(request.full_path, 303)


def division_asked() -> int:
    return known(request.args.get("_Division_", 0, type=int))


@screen.get("/<int:division>/deliveries")
def deliveries(division: int) -> str:
    with books().lock:
        rows = books().rows(known(division), "GoodsDeliveries")
        rows.sort(key=lambda row: row["DeliveryNumber"], reverse=True)
        return page("deliveries.html", division, rows=rows[:500])


@screen.get("/<int:division>/deliveries/<key>")
def delivery(division: int, key: str) -> str:
    with books().lock:
        row = record(division, "GoodsDeliveries", key)
        lines = books().rows(division, "GoodsDeliveryLines", EntryID=key)
        lines.sort(key=lambda line: line["LineNumber"])
        attachments = (
            books().rows(division, "DocumentAttachments", Document=row["Document"]) if row.get("Document") else []
        )
        return page("delivery.html", division, delivery=row, lines=lines, attachments=attachments)


@screen.get("/<int:division>/attachments/<key>")
def attachment(division: int, key: str) -> Response:
    return attachment_answer(record(division, "DocumentAttachments", key), download=False)


def page(template: str, division: int, **values: Any) -> str:
    return render_template(template, division=books().divisions[division], **values)


def known(division: int) -> int:
    return division if division in books().divisions else abort(404)


def record(division: int, table: str, key: str) -> Row:
    return books().get(known(division), table, key) or abort(404)


def matches(division: int, order: Row, text: str) -> bool:
    account = books().get(division, "Accounts", order["DeliverTo"]) or {}
    return text in f"{order['OrderNumber']} {account.get('Name', '')}".lower()


def delivery_address(division: int, order: Row) -> Row:
    """The address on the order, or the account's own lines when there is none."""
    address = books().get(division, "Addresses", order["DeliveryAddress"])
    return address or books().get(division, "Accounts", order["DeliverTo"]) or {}


def deliveries_of(division: int, number: int) -> list[Row]:
    lines = books().rows(division, "GoodsDeliveryLines", SalesOrderNumber=number)
    keys = dict.fromkeys(line["EntryID"] for line in lines)
    found = [books().table(division, "GoodsDeliveries").rows[key] for key in keys]
    return sorted(found, key=lambda row: row["DeliveryNumber"])


# --- act ------------------------------------------------------------------------------------------------


def change_quantities(division: int, key: str) -> None:
    for line in trade.lines_of(books(), division, key):
        wanted = request.form.get(f"quantity_{line['LineNumber']}")
        if wanted is not None and to_number(wanted) != line["Quantity"]:
            trade.change_line(books(), division, line["ID"], {"Quantity": to_number(wanted)})


def deliver(division: int, key: str) -> None:
    lines = []
    for line in trade.lines_of(books(), division, key):
        quantity = to_number(request.form.get(f"deliver_{line['LineNumber']}") or "0")
        if quantity:
            lines.append((line["ID"], quantity))
    header = {"Remarks": request.form.get("Remarks") or None}
    trade.deliver(books(), division, lines, header)


def edit_address(division: int, key: str) -> None:
    changes = {name: request.form[name].strip() or None for name in ADDRESS_FIELDS if name in request.form}
    bench.edit_address(books(), division, key, changes)


def edit_order(division: int, key: str) -> None:
    changes = {name: request.form.get(name, "").strip() or None for name in ("YourRef", "Remarks", "Description")}
    books().update(division, "SalesOrders", key, changes)


ACTIONS: dict[str, Callable[[int, str], object]] = {
    "approve": lambda division, key: trade.approve(books(), division, key),
    "cancel": lambda division, key: trade.cancel(books(), division, key),
    "delete": lambda division, key: trade.delete_order(books(), division, key),
    "deliver": deliver,
    "deliver-all": lambda division, key: trade.deliver_rest(books(), division, key),
    "quantities": change_quantities,
    "address": edit_address,
    "edit": edit_order,
}


@screen.post("/<int:division>/orders/<key>/<action>")
def act(division: int, key: str, action: str) -> BaseResponse:
    """One button of the order page; a refusal comes back as a sentence on that page."""
    if action not in ACTIONS:
        abort(404)
    with books().lock:
        record(division, "SalesOrders", key)
        try:
            ACTIONS[action](division, key)
        except (trade.Impossible, ODataError, ValueError, KeyError) as problem:
            return redirect(url_for("screen.order", division=division, key=key, problem=str(problem)), 303)
        if action == "delete":
            return redirect(url_for("screen.orders", division=division), 303)
        books().version += 1
        return redirect(url_for("screen.order", division=division, key=key), 303)


@screen.post("/<int:division>/deliveries/<key>")
def edit_delivery(division: int, key: str) -> BaseResponse:
    """Tracking number and remarks, typed in by hand."""
    with books().lock:
        record(division, "GoodsDeliveries", key)
        changes = {name: request.form.get(name, "").strip() or None for name in ("TrackingNumber", "Remarks")}
        books().update(division, "GoodsDeliveries", key, changes)
    return redirect(url_for("screen.delivery", division=division, key=key), 303)


def is_number(text: str) -> bool:
    return text.replace(",", ".").replace(".", "", 1).isdecimal()


def to_number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise trade.Impossible(f"Dit is geen getal: {text}") from None

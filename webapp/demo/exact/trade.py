"""What happens to orders in Exact: entry, approval, change, cancellation, goods delivery. Used by API and screen.

Documented (Exact's goods delivery example): an unapproved order cannot be delivered; the quantity must be
above zero and at most what remains. Documented (sync pages): only a row that changes gets a new row version,
so a second partial delivery touches the lines but not the header.
"""

import uuid
from typing import Any

from webapp.demo.exact.books import Books, Row

OPEN, PARTIAL, COMPLETE, CANCELLED = 12, 20, 21, 45
AWAITING, AUTOMATIC, APPROVED = 0, 1, 2
RATES = {"EUR": 1.0, "USD": 0.92, "CHF": 1.04, "NOK": 0.086, "GBP": 1.17, "DKK": 0.134, "SEK": 0.088}
VAT = {"4": 0.21, "2": 0.09, "0": 0.0, "5": 0.0}


class Impossible(ValueError):
    """Exact would refuse this; the text is what it says."""


# --- sales orders -----------------------------------------------------------------------------------


def add_order(books: Books, division: int, header: Row, lines: list[Row], user: Row | None = None) -> Row:
    """Enter a sales order. What is not given follows from the customer, as in Exact's screen."""
    order = default_header(books, division, header)
    order["OrderID"] = header.get("OrderID") or str(uuid.uuid4())
    rows = [
        complete_line(books, division, order, {"LineNumber": number} | line)
        for number, line in enumerate(lines, start=1)
    ]
    order |= order_amounts(rows, order["Currency"])
    books.insert(division, "SalesOrders", order, user)
    for row in rows:
        books.insert(division, "SalesOrderLines", row, user)
    return books.get(division, "SalesOrders", order["OrderID"])  # type: ignore[return-value]


def default_header(books: Books, division: int, header: Row) -> Row:
    today = books.today()
    auto = books.divisions[division]["auto_approve"]
    deliver_to = header.get("DeliverTo") or header["OrderedBy"]
    defaults = {
        "OrderNumber": books.next_number(division, "SalesOrders", 20001) if not header.get("OrderNumber") else 0,
        "HeaderID": str(uuid.uuid4()),
        "LinkId": str(uuid.uuid4()),
        "Status": OPEN,
        "DeliveryStatus": OPEN,
        "InvoiceStatus": OPEN,
        "ApprovalStatus": AUTOMATIC if auto else AWAITING,
        "OrderDate": today,
        "DeliveryDate": header.get("OrderDate") or today,
        "Currency": books.divisions[division]["Currency"],
        "DeliverTo": deliver_to,
        "InvoiceTo": header["OrderedBy"],
        "DeliveryAddress": default_address(books, division, deliver_to),
        "Discount": 0.0,
        "PaymentCondition": "30",
    }
    return defaults | header


def default_address(books: Books, division: int, account: str) -> str | None:
    """The main delivery address of an account, if it has one."""
    for address in books.rows(division, "Addresses", Account=account, Type=4):
        if address.get("Main"):
            return address["ID"]
    return None


def add_line(books: Books, division: int, order: Row, line: Row, user: Row | None = None) -> Row:
    """Add one line to an order that exists; the header is for the caller to renew."""
    return books.insert(division, "SalesOrderLines", complete_line(books, division, order, line), user)


def complete_line(books: Books, division: int, order: Row, line: Row) -> Row:
    """A line with what follows from its item and its order."""
    item = books.get(division, "Items", line["Item"]) or {}
    price = item.get("StandardSalesPrice") or 0.0
    row = {
        "OrderID": order["OrderID"],
        "OrderNumber": order["OrderNumber"],
        "LinkId": str(uuid.uuid4()),
        "LineNumber": line.get("LineNumber") or next_line_number(books, division, order),
        "Description": item.get("Description"),
        "Quantity": 1.0,
        "QuantityDelivered": 0.0,
        "QuantityInvoiced": 0.0,
        "UnitCode": item.get("Unit"),
        "UnitPrice": line.get("NetPrice", price),
        "NetPrice": line.get("UnitPrice", price),
        "Discount": 0.0,
        "VATCode": "4",
        "DeliveryDate": order["DeliveryDate"],
        "DeliveryStatus": OPEN,
        "InvoiceStatus": OPEN,
        "OrderStatus": order["Status"] if order["Status"] == CANCELLED else OPEN,
        "UseDropShipment": 0,
    } | line
    return row | amounts(row, order["Currency"])


def next_line_number(books: Books, division: int, order: Row) -> int:
    lines = lines_of(books, division, order["OrderID"])
    return max((line["LineNumber"] for line in lines), default=0) + 1


def amounts(line: Row, currency: str) -> Row:
    """The amounts of a line; the VAT percentage is a fraction."""
    vat = VAT.get((line.get("VATCode") or "4").strip(), 0.21)
    price = line.get("NetPrice", line.get("UnitPrice")) or 0.0
    net = round(line.get("Quantity", 1.0) * price, 2)
    tax = round(net * vat, 2)
    return {
        "AmountFC": net,
        "AmountDC": round(net * RATES.get(currency, 1.0), 2),
        "VATPercentage": vat,
        "VATAmount": tax,
    }


def order_amounts(lines: list[Row], currency: str) -> Row:
    net = round(sum(line["AmountFC"] for line in lines), 2)
    gross = round(net + sum(line["VATAmount"] for line in lines), 2)
    return {
        "AmountFC": gross,
        "AmountFCExclVat": net,
        "AmountDC": round(gross * RATES.get(currency, 1.0), 2),
        "AmountDiscount": 0.0,
        "AmountDiscountExclVat": 0.0,
    }


def lines_of(books: Books, division: int, order_id: str) -> list[Row]:
    """The lines of an order by number."""
    return sorted(books.rows(division, "SalesOrderLines", OrderID=order_id), key=lambda r: r["LineNumber"])


def find_order(books: Books, division: int, number: int) -> Row:
    """The order with this number; KeyError if there is none."""
    for order in books.rows(division, "SalesOrders", OrderNumber=number):
        return order
    raise KeyError(number)


def touch_header(books: Books, division: int, order_id: str, changes: Row, user: Row | None = None) -> None:
    """Change the header, but only when something of it becomes different."""
    order = books.table(division, "SalesOrders").rows[order_id]
    if any(order.get(name) != value for name, value in changes.items()):
        books.update(division, "SalesOrders", order_id, changes, user)


def change_line(books: Books, division: int, line_id: str, changes: Row, user: Row | None = None) -> None:
    """Change quantity, price or text of a line; the amounts of line and order follow."""
    line = books.table(division, "SalesOrderLines").rows[line_id]
    order = books.table(division, "SalesOrders").rows[line["OrderID"]]
    if order["Status"] in (COMPLETE, CANCELLED):
        raise Impossible("Not allowed: the sales order is closed.")
    quantity = changes["Quantity"] if "Quantity" in changes else line["Quantity"]
    if abs(quantity) < abs(line["QuantityDelivered"]):
        raise Impossible("Invalid value: Quantity. It is less than what has been delivered.")
    changes = changes | amounts(line | changes, order["Currency"])
    books.update(division, "SalesOrderLines", line_id, changes, user)
    renew_order(books, division, order["OrderID"], user)


def renew_order(books: Books, division: int, order_id: str, user: Row | None = None) -> None:
    """Amounts and statuses of the header after its lines changed."""
    order = books.table(division, "SalesOrders").rows[order_id]
    lines = lines_of(books, division, order_id)
    for line in lines:
        status = delivery_status([line])
        if line["DeliveryStatus"] != status and line["OrderStatus"] != CANCELLED:
            books.update(division, "SalesOrderLines", line["ID"],
                         {"DeliveryStatus": status, "OrderStatus": status}, user)  # fmt: skip
    changes = order_amounts(lines, order["Currency"])
    if order["Status"] != CANCELLED:
        status = delivery_status(lines)
        changes |= {"DeliveryStatus": status, "Status": status}
    touch_header(books, division, order_id, changes, user)


def delivery_status(lines: list[Row]) -> int:
    """Of what is to be delivered; trade-in lines (negative) are not."""
    wanted = [line for line in lines if line["Quantity"] > 0]
    if wanted and all(line["QuantityDelivered"] >= line["Quantity"] for line in wanted):
        return COMPLETE
    return PARTIAL if any(line["QuantityDelivered"] > 0 for line in wanted) else OPEN


def approve(books: Books, division: int, order_id: str, user: Row | None = None) -> None:
    changes = {"ApprovalStatus": APPROVED, "Approved": books.now(), "Approver": (user or {}).get("UserID")}
    books.update(division, "SalesOrders", order_id, changes, user)


def cancel(books: Books, division: int, order_id: str, user: Row | None = None) -> None:
    """Cancel what has not been delivered."""
    changes = {"Status": CANCELLED, "DeliveryStatus": CANCELLED}
    for line in lines_of(books, division, order_id):
        line_changes = {"OrderStatus": CANCELLED, "DeliveryStatus": CANCELLED}
        books.update(division, "SalesOrderLines", line["ID"], line_changes, user)
    books.update(division, "SalesOrders", order_id, changes, user)


def delete_order(books: Books, division: int, order_id: str, user: Row | None = None) -> None:
    lines = lines_of(books, division, order_id)
    if any(line["QuantityDelivered"] for line in lines):
        raise Impossible("Cannot delete: the sales order has been delivered.")
    for line in lines:
        books.delete(division, "SalesOrderLines", line["ID"], user)
    books.delete(division, "SalesOrders", order_id, user)


def delete_line(books: Books, division: int, line_id: str, user: Row | None = None) -> None:
    line = books.table(division, "SalesOrderLines").rows[line_id]
    if line["QuantityDelivered"]:
        raise Impossible("Cannot delete: the line has been delivered.")
    books.delete(division, "SalesOrderLines", line_id, user)
    renew_order(books, division, line["OrderID"], user)


# --- goods deliveries ---------------------------------------------------------------------------------


def remaining(line: Row) -> float:
    return max(0.0, round(line["Quantity"] - line["QuantityDelivered"], 6)) if line["Quantity"] > 0 else 0.0


def check_deliverable(books: Books, division: int, line: Row | None, quantity: float) -> Row:
    if line is None:
        raise Impossible("Invalid reference: Sales order line")
    order = books.table(division, "SalesOrders").rows[line["OrderID"]]
    if order["ApprovalStatus"] == AWAITING:
        raise Impossible("The sales order has not been approved.")
    if line["OrderStatus"] == CANCELLED or order["Status"] == CANCELLED:
        raise Impossible("The sales order has been cancelled.")
    if not 0 < quantity <= remaining(line):
        raise Impossible("Invalid value: Quantity delivered")
    return order


def deliver(
    books: Books,
    division: int,
    lines: list[tuple[str, float]],
    header: Row | None = None,
    user: Row | None = None,
    more: list[Row] | None = None,
) -> Row:
    """Make a goods delivery of (sales order line, quantity) pairs, possibly of several orders; `more` is what else
    each line is given."""
    orders = [check_deliverable(books, division, books.get(division, "SalesOrderLines", key), quantity)
              for key, quantity in lines]  # fmt: skip
    if not orders:
        raise Impossible("Mandatory: Goods delivery lines")
    first = orders[0]
    delivery = {
        "EntryID": str(uuid.uuid4()),
        "DeliveryNumber": books.next_number(division, "GoodsDeliveries", 101),
        "EntryNumber": books.next_number(division, "Entries", 16900001),
        "DeliveryDate": books.today(),
        "DeliveryAccount": first["DeliverTo"],
        "DeliveryAddress": first["DeliveryAddress"],
        "DeliveryContact": first.get("DeliverToContactPerson"),
        "Warehouse": first.get("WarehouseID") or main_warehouse(books, division),
    } | (header or {})
    delivery = books.insert(division, "GoodsDeliveries", delivery, user)
    for number, (key, quantity) in enumerate(lines, start=1):
        own = {"LineNumber": number} | (more[number - 1] if more else {})
        add_delivery_line(books, division, delivery, key, quantity, own, user)
    for order_id in dict.fromkeys(order["OrderID"] for order in orders):
        renew_order(books, division, order_id, user)
    return delivery


def add_delivery_line(
    books: Books, division: int, delivery: Row, key: str, quantity: float, own: Row, user: Row | None
) -> None:
    line = books.table(division, "SalesOrderLines").rows[key]
    row: dict[str, Any] = {
        "EntryID": delivery["EntryID"],
        "DeliveryDate": delivery["DeliveryDate"],
        "Description": line["Description"],
        "Item": line["Item"],
        "QuantityDelivered": quantity,
        "QuantityOrdered": line["Quantity"],
        "SalesOrderLineID": key,
        "SalesOrderLineNumber": line["LineNumber"],
        "SalesOrderNumber": line["OrderNumber"],
        "Unitcode": line["UnitCode"],
        "CustomerItemCode": line.get("CustomerItemCode"),
    } | own
    books.insert(division, "GoodsDeliveryLines", row, user)
    delivered = {"QuantityDelivered": round(line["QuantityDelivered"] + quantity, 6)}
    books.update(division, "SalesOrderLines", key, delivered, user)


def deliver_rest(books: Books, division: int, order_id: str, user: Row | None = None, **header: Any) -> Row:
    """Deliver everything of an order that is still to be delivered."""
    lines = [(line["ID"], remaining(line)) for line in lines_of(books, division, order_id) if remaining(line)]
    if not lines:
        raise Impossible("Nothing is left to deliver.")
    return deliver(books, division, lines, header, user)


def main_warehouse(books: Books, division: int) -> str | None:
    for warehouse in books.rows(division, "Warehouses", Main=1):
        return warehouse["ID"]
    return None


def split_over_locations(books: Books, division: int, line_id: str, first: float) -> None:
    """Show one delivered line as two storage locations. Documented: both rows carry the same ID."""
    line = books.table(division, "GoodsDeliveryLines").rows[line_id]
    parts = [("A-01", first), ("B-02", round(line["QuantityDelivered"] - first, 6))]
    locations = [
        {"StorageLocationCode": code, "StorageLocationDescription": f"Stelling {code}", "QuantityDelivered": quantity}
        for code, quantity in parts
    ]
    books.update(division, "GoodsDeliveryLines", line_id, {"Locations": locations})

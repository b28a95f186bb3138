"""What a journey does with goods deliveries and labels, and where it looks for what became of them."""

from typing import Any

from tests.journeys.world import World
from webapp.demo.exact import trade
from webapp.demo.exact.seed import SHOP
from webapp.models import Delivery, Division, Order, Parcel
from webapp.sync import deliveries, outside
from webapp.sync.work import Work

LABEL = "/api/v3/orders/create-label-sync$"
DELIVERY = r"/salesorder/GoodsDeliveries\("
Row = dict[str, Any]


class Shipping:
    """`deliver(20001)` makes a goods delivery in Exact, `of(20001)` is its row here."""

    def __init__(self, world: World) -> None:
        self.world = world

    # --- Pakbon ---------------------------------------------------------------------------------------------

    def automatic(self, on: bool = True, **rules: Any) -> None:
        Division.update(rules={"label_auto": on, **rules}).where(Division.code == SHOP).execute()

    def all_of(self, number: int) -> list[Delivery]:
        return deliveries.of_order(self.world.order(number))

    def of(self, number: int) -> Delivery:
        """The one goods delivery of an order."""
        (found,) = self.all_of(number)
        return found

    def state(self, number: int) -> tuple[str, str]:
        found = self.of(number)
        return found.state, found.reason

    def parcels(self, number: int) -> list[Parcel]:
        return list(Parcel.select().join(Order).where(Order.number == number).order_by(Parcel.id))

    def until_quiet(self, most: int = 8) -> None:
        """Passes until nothing moves any more."""
        for _ in range(most):
            before = [(row.state, row.due_at) for row in Delivery.select().order_by(Delivery.id)]
            self.world.sync()
            if before == [(row.state, row.due_at) for row in Delivery.select().order_by(Delivery.id)]:
                return

    def work(self) -> Work:
        """What a step of a pass is given."""
        config, division = self.world.config, self.world.division()
        return Work(
            config, outside.exact_client(config, division), outside.sendcloud_client(config, division), division
        )

    # --- Exact ----------------------------------------------------------------------------------------------

    def order_again(self, number: int) -> int:
        """A new approved order of the same customer with the same lines; its number."""
        books, old = self.world.exact.books, self.world.exact.order(number)
        same = "OrderedBy DeliverTo DeliveryAddress OrderedByContactPerson DeliverToContactPerson WarehouseID".split()
        with books.lock:
            lines = [
                {"Item": line["Item"], "Quantity": line["Quantity"]}
                for line in trade.lines_of(books, SHOP, old["OrderID"])
            ]
            header = {name: old[name] for name in same} | {"ApprovalStatus": 2}
            return trade.add_order(books, SHOP, header, lines)["OrderNumber"]

    def deliver(self, number: int, lines: dict[int, float] | None = None, **header: str) -> str:
        """Deliver an order, or of some lines so much; the id of the goods delivery."""
        wanted: Row = {**header, **({"lines": lines} if lines else {})}
        answer = self.world.exact.act(number, "deliver", **wanted)
        assert answer.ok, answer.text
        return answer.json()["EntryID"]

    def deliver_together(self, *numbers: int) -> str:
        """One goods delivery of all that is left of several orders."""
        books = self.world.exact.books
        with books.lock:
            orders = [self.world.exact.order(number)["OrderID"] for number in numbers]
            lines = [
                (line["ID"], trade.remaining(line)) for key in orders for line in trade.lines_of(books, SHOP, key)
            ]
            return trade.deliver(books, SHOP, [line for line in lines if line[1]])["EntryID"]

    def in_exact(self, key: str) -> Row:
        """A goods delivery as it stands in Exact."""
        return self.world.exact.books.table(SHOP, "GoodsDeliveries").rows[key]

    def write_in_exact(self, key: str, **fields: Any) -> None:
        with self.world.exact.books.lock:
            self.world.exact.books.update(SHOP, "GoodsDeliveries", key, fields)

    def delete_in_exact(self, key: str) -> None:
        with self.world.exact.books.lock:
            self.world.exact.books.delete(SHOP, "GoodsDeliveries", key)

    def take_back_in_exact(self, key: str) -> None:
        """Delete a goods delivery, so that its goods can be delivered again."""
        books = self.world.exact.books
        with books.lock:
            rows = books.rows(SHOP, "GoodsDeliveryLines", EntryID=key)
            for row in rows:
                line = books.table(SHOP, "SalesOrderLines").rows[row["SalesOrderLineID"]]
                left = line["QuantityDelivered"] - row["QuantityDelivered"]
                books.update(SHOP, "SalesOrderLines", line["ID"], {"QuantityDelivered": left})
            books.delete(SHOP, "GoodsDeliveries", key)
            for order in {
                books.table(SHOP, "SalesOrderLines").rows[row["SalesOrderLineID"]]["OrderID"] for row in rows
            }:
                trade.renew_order(books, SHOP, order, None)

    def documents(self) -> list[Row]:
        return list(self.world.exact.books.rows(SHOP, "Documents"))

    def attachments(self, document: str) -> list[Row]:
        return list(self.world.exact.books.rows(SHOP, "DocumentAttachments", Document=document))

    # --- Sendcloud ------------------------------------------------------------------------------------------

    def labels(self, number: int | str) -> list[Row]:
        """The shipments made for an order, those of its partial deliveries too, that were not refused."""
        mine = str(number)
        return [
            made
            for made in self.world.sendcloud.books.shipments.values()
            if made["order_number"].partition("-")[0] == mine and made["parcels"][0]["tracking_number"]
        ]

    def tracking(self, number: int) -> list[str]:
        return [parcel["tracking_number"] for made in self.labels(number) for parcel in made["parcels"]]

    def shipped_items(self, number: int) -> list[dict[str, int]]:
        """Per label: pieces by item code."""
        return [
            {item["sku"]: item["quantity"] for parcel in made["parcels"] for item in parcel["parcel_items"]}
            for made in self.labels(number)
        ]

    def label_in_panel(self, name: int | str) -> Row:
        answer = self.world.sendcloud.post(f"/_bench/panel/orders/{name}/label", {})
        assert answer.ok, answer.text
        return answer.json()

    def cancel_in_panel(self, shipment: Row) -> None:
        answer = self.world.sendcloud.post(f"/_bench/panel/shipments/{shipment['id']}/cancel", {})
        assert answer.ok, answer.text

    def standing(self) -> dict[str, dict[str, int]]:
        """Incoming orders as the panel lists them: pieces by item code, per order number."""
        self.world.later(self.world.sendcloud.books.switches.save_delay)
        self.world.sendcloud.session.get(f"{self.world.sendcloud.server.url}/_bench/switch", timeout=10)
        listed = self.world.sendcloud.get("/api/v3/orders", page_size=100).json()["data"]
        return {
            order["order_number"]: {item["sku"]: item["quantity"] for item in order["order_details"]["order_items"]}
            for order in listed
        }

    def asked_for_labels(self) -> int:
        return self.world.sendcloud.bench.count("POST", LABEL)


def done(shipping: Shipping, number: int, key: str) -> None:
    """One label; number and link in Exact, the PDF on a document; the order shipped."""
    (tracking,) = shipping.tracking(number)
    stands = shipping.in_exact(key)
    assert stands["TrackingNumber"] == tracking
    assert stands["Remarks"].count(f"code={tracking}") == 1
    (attached,) = shipping.attachments(stands["Document"])
    assert attached["FileName"].endswith(".pdf") and attached["FileSize"] > 0
    assert shipping.world.state(number) == ("shipped", "")
    assert shipping.of(number).state == "written"

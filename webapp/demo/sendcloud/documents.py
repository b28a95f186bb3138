"""A parcel's papers: label and customs declaration as PDF, PNG or ZPL."""

from webapp.demo.sendcloud import images, pdf
from webapp.demo.sendcloud.books import Books, Row
from webapp.demo.sendcloud.carriers import OPTIONS

PDF, ZPL, PNG = "application/pdf", "application/zpl", "image/png"
Papers = list[tuple[Row, Row]]  # shipments with their parcels


def rendered(
    books: Books, papers: Papers, kind: str, mime_type: str, *, dpi: int = 300, paper_size: str = ""
) -> bytes:
    """One file with a page for each parcel. A PNG has room for one: the first."""
    if mime_type == ZPL:
        return b"".join(images.zpl(words(*paper, kind), paper[1]["tracking_number"]) for paper in papers)
    if mime_type == PNG:
        shipment, parcel = papers[0]
        return images.png(f"{shipment['order_number']} {parcel['tracking_number']}", dpi)
    size = pdf.SIZES[paper_size or ("A6" if kind == "label" else "A4")]
    pages = [page(shipment, parcel, kind, size) for shipment, parcel in papers]
    return pdf.document(pages, size, f"{kind} {papers[0][0]['order_number']}")


def page(shipment: Row, parcel: Row, kind: str, size: tuple[float, float]) -> bytes:
    width, height = size
    lines: list[pdf.Line] = []
    y = height - 34
    for text in words(shipment, parcel, kind):
        big = text and text == shipment["to_address"]["name"]
        lines.append((20, y, 15 if big else 10, text))
        y -= 18 if big else 14
    bars = pdf.barcode(parcel["tracking_number"], 20, 50, width - 40, 60) if kind == "label" else []
    lines.append((20, 36, 10, parcel["tracking_number"]))
    return pdf.content(lines, bars)


def words(shipment: Row, parcel: Row, kind: str) -> list[str]:
    """The lines of text on a paper, from top to bottom."""
    sender, receiver = shipment["from_address"], shipment["to_address"]
    number = shipment["parcels"].index(parcel) + 1
    top = [
        f"{OPTIONS[shipment['option']].name}   {parcel['weight']['value']} kg   {number}/{len(shipment['parcels'])}",
        f"From: {sender.get('company_name') or sender['name']}, {sender['postal_code']} {sender['city']}",
        "",
    ]
    bottom = ["", f"Order: {shipment['order_number']}"]
    if shipment["to_service_point"]:
        bottom.append(f"Service point: {shipment['to_service_point']['carrier_service_point_id']}")
    if kind == "label":
        return top + address_lines(receiver) + bottom
    customs = shipment["customs_information"] or {}
    title = [f"CUSTOMS DECLARATION   {customs.get('export_reason', '')}   {customs.get('invoice_number', '')}"]
    return title + top + address_lines(receiver) + bottom + [item_line(i) for i in parcel["parcel_items"]]


def address_lines(address: Row) -> list[str]:
    street = f"{address['address_line_1']} {address.get('house_number', '')}".strip()
    place = f"{address['postal_code']} {address['city']}"
    state = address.get("state_province_code", "")
    lines = [address["name"], address.get("company_name", ""), street, address.get("address_line_2", "")]
    return [line for line in [*lines, place, state, address["country_code"]] if line]


def item_line(item: Row) -> str:
    price = item["price"]
    return (
        f"{item['quantity']} x {item['description'][:60]}  HS {item['hs_code']}  "
        f"{item.get('origin_country', '')}  {price['value']} {price['currency']}"
    )

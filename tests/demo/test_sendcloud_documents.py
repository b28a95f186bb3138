"""Papers of a parcel at the played Sendcloud: PDF, PNG and ZPL, and when there are none."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.demo.sendcloud_play import Play, address, changed, item, order, playing, reasons
from webapp.demo.sendcloud import pdf
from webapp.demo.sendcloud.seed import FIRST, OTHER


@pytest.fixture(scope="module")
def running() -> Iterator[Play]:
    with playing() as play:
        yield play


@pytest.fixture
def play(running: Play) -> Play:
    running.reset()
    return running


def parcel_of(play: Play, body: dict | None = None) -> int:
    body = body or order()
    play.push(body)
    return play.labelled(body["order_id"])["parcel_id"]


def document(play: Play, number: int, kind: str = "label", accept: str = "*/*", **query: str | int):
    path = f"/api/v3/parcels/{number}/documents/{kind}"
    return play.ask("GET", path, params=query, headers={"Accept": accept})


def test_a_label_is_a_pdf_with_receiver_order_and_number(play: Play) -> None:
    awkward = order(shipping_address=address(name="Zoë (Küche) \\ & <b>Łódź</b>", company_name="Café"))
    number = parcel_of(play, awkward)
    answer = document(play, number)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    (page,) = PdfReader(BytesIO(answer.content), strict=True).pages
    text = page.extract_text()
    assert "Zoë (Küche) \\ & <b>?ód?</b>" in text, "what the font lacks becomes a question mark"
    assert all(word in text for word in ("Café", "SO-1", play.books.parcels()[0]["tracking_number"]))
    assert [int(side) for side in page.mediabox[2:]] == [298, 420]


@pytest.mark.parametrize(("paper_size", "width"), [("A4", 595), ("A5", 420), ("A6", 298)])
def test_paper_sizes(play: Play, paper_size: str, width: int) -> None:
    answer = document(play, parcel_of(play), paper_size=paper_size)
    assert int(PdfReader(BytesIO(answer.content)).pages[0].mediabox[2]) == width


def test_png_in_two_resolutions(play: Play) -> None:
    number = parcel_of(play)
    for dpi in (150, 300):
        answer = document(play, number, accept="image/png", dpi=dpi)
        assert answer.headers["Content-Type"] == "image/png"
        width, height = struct.unpack(">II", answer.content[16:24])
        assert (width, height) == (int(4.13 * dpi), int(5.83 * dpi))
        assert len(pixels(answer.content)) == height * (1 + (width + 7) // 8)


def pixels(png: bytes) -> bytes:
    """The unpacked image data, after checking every chunk's checksum."""
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        body = png[at + 4 : at + 8 + length]
        assert zlib.crc32(body) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        data += body[4:] if body[:4] == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(data)


def test_zpl_carries_no_commands_of_the_receiver(play: Play) -> None:
    number = parcel_of(play, order(shipping_address=address(name="^XZ~DG")))
    answer = document(play, number, accept="application/zpl")
    assert answer.headers["Content-Type"] == "application/zpl"
    assert answer.text.count("^XZ") == 1 and "~" not in answer.text


def test_a_customs_declaration_only_where_there_is_one(play: Play) -> None:
    goods = item(hs_code="6912.00", country_of_origin="NL")
    abroad = order(
        "far",
        shipping_address=address(country_code="NO", postal_code="0150", city="Oslo"),
        customs_details={"commercial_invoice_number": "INV-1", "shipment_type": "gift"},
    )
    far = parcel_of(play, changed(abroad, "order_details.order_items", [goods]))
    near = parcel_of(play)
    answer = document(play, far, "customs-declaration")
    page = PdfReader(BytesIO(answer.content), strict=True).pages[0]
    assert "6912.00" in page.extract_text() and "INV-1" in page.extract_text()
    assert int(page.mediabox[2]) == 595
    assert document(play, near, "customs-declaration").status_code == 404
    assert document(play, far, "air-waybill").status_code == 404


def test_a_document_is_not_there_until_it_is_ready(play: Play) -> None:
    play.switch(document_delay=30)
    number = parcel_of(play)
    answer = document(play, number)
    assert (answer.status_code, reasons(answer)) == (404, {("", "not_found")})
    play.clock.advance(30)
    assert document(play, number).status_code == 200


def test_an_unannounced_parcel_has_no_label(play: Play) -> None:
    play.push(order())
    body = {"integration_id": FIRST, "orders": [{"order_id": "so-1", "apply_shipping_rules": True}]}
    number = play.post("/api/v3/orders/create-labels-async", body).json()["data"][0]["parcel_id"]
    assert document(play, number).status_code == 404
    play.clock.advance(2)
    assert document(play, number).status_code == 200


@pytest.mark.parametrize(
    ("kind", "accept", "query", "status"),
    [
        ("receipt", "*/*", {}, 400),
        ("label", "application/json", {}, 406),
        ("label", "application/pdf", {"dpi": 300}, 400),
        ("label", "image/png", {"dpi": 72}, 400),
        ("label", "application/zpl", {"dpi": 203}, 200),
        ("label", "*/*", {"paper_size": "A3"}, 400),
        ("label", "*/*", {"dpi": "x"}, 400),
    ],
)
def test_what_can_be_asked_for(play: Play, kind: str, accept: str, query: dict, status: int) -> None:
    assert document(play, parcel_of(play), kind, accept, **query).status_code == status


def test_papers_of_another_account_are_not_there(play: Play) -> None:
    number = parcel_of(play)
    play.use(OTHER)
    assert document(play, number).status_code == 404
    play.session.auth = None
    assert document(play, number).status_code == 401


def test_several_labels_in_one_file(play: Play) -> None:
    numbers = [parcel_of(play, order(f"so-{n}")) for n in range(3)]
    path = "/api/v3/parcel-documents/label"
    answer = play.ask("GET", path, params=[("parcels", number) for number in numbers])
    pages = PdfReader(BytesIO(answer.content), strict=True).pages
    assert [f"SO-{n}" in page.extract_text() for n, page in enumerate(pages)] == [True] * 3
    assert play.ask("GET", path).status_code == 400
    assert play.ask("GET", path, params=[("parcels", n) for n in range(21)]).status_code == 400
    assert play.ask("GET", path, params=[("parcels", numbers[0]), ("parcels", 1)]).status_code == 404


def test_v2_label_addresses_open_with_their_hash(play: Play) -> None:
    number = parcel_of(play)
    label = play.get(f"/api/v2/labels/{number}").json()["label"]
    play.session.auth = None
    for address_ in (label["label_printer"], *label["normal_printer"]):
        answer = play.session.get(address_)
        assert answer.content.startswith(b"%PDF-")
    assert play.session.get(label["label_printer"].partition("?")[0]).status_code == 401
    assert play.session.get(label["label_printer"] + "0").status_code == 401


def test_a_pdf_without_pages_text_is_still_whole() -> None:
    reader = PdfReader(BytesIO(pdf.document([b""], pdf.SIZES["A6"])), strict=True)
    assert reader.pages[0].extract_text() == ""

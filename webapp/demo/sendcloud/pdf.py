"""Small PDF files, written by hand: pages with lines of text and bars."""

Line = tuple[float, float, float, str]  # x, y, size, text
Bar = tuple[float, float, float, float]  # x, y, width, height

SIZES = {"A4": (595, 842), "A5": (420, 595), "A6": (298, 420)}


def text_bytes(text: str) -> bytes:
    """Text for a content stream in WinAnsi; what that cannot show becomes a question mark."""
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def content(lines: list[Line], bars: list[Bar]) -> bytes:
    parts = [b"%g %g %g %g re f" % bar for bar in bars]
    for x, y, size, text in lines:
        parts.append(b"BT /F1 %g Tf %g %g Td (%b) Tj ET" % (size, x, y, text_bytes(text)))
    return b"\n".join(parts)


def document(pages: list[bytes], size: tuple[float, float], title: str = "") -> bytes:
    """A whole file with one page per content stream."""
    first = 5  # 1 catalog, 2 page tree, 3 font, 4 information, then page and content in turn
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%b) >>" % text_bytes(title),
    ]
    for n, stream in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g]" % size
            + b" /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (first + 2 * n + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
    return assembled(objects)


def assembled(objects: list[bytes]) -> bytes:
    """Header, numbered objects, the table of their offsets and the trailer."""
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        file += b"%010d 00000 n \n" % offset
    file += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (len(objects) + 1)
    file += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(file)


def barcode(text: str, x: float, y: float, width: float, height: float) -> list[Bar]:
    """Bars that look like a code and differ per text; no scanner is meant to read them."""
    bits = "".join(f"{ord(letter):08b}" for letter in text) or "1"
    step = width / (len(bits) * 2)
    return [(x + n * 2 * step, y, step * (1.8 if bit == "1" else 0.8), height) for n, bit in enumerate(bits)]

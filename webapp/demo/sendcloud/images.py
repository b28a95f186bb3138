"""Labels as PNG and ZPL: small valid files of our own making."""

import struct
import zlib

INCH_A6 = (4.13, 5.83)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(text: str, dpi: int) -> bytes:
    """A white A6 page with a band of bars made of the text, one bit a pixel."""
    width, height = (int(inches * dpi) for inches in INCH_A6)
    row_bytes = (width + 7) // 8
    blank = b"\x00" + b"\xff" * row_bytes
    pattern = (text.encode() or b"-") * (row_bytes // max(len(text.encode()), 1) + 1)
    barred = b"\x00" + bytes(~byte & 0xFF for byte in pattern[:row_bytes])
    band = range(height // 2, height * 3 // 4)
    rows = b"".join(barred if n in band else blank for n in range(height))
    pixels_per_metre = int(dpi / 0.0254)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"pHYs", struct.pack(">IIB", pixels_per_metre, pixels_per_metre, 1))
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def zpl(lines: list[str], code: str) -> bytes:
    """A label for Zebra printers; the command signs are taken out of the text."""
    fields = [
        f"^FO40,{40 + 40 * n}^A0N,32,32^FD{line.replace('^', ' ').replace('~', ' ')}^FS"
        for n, line in enumerate(lines)
    ]
    bars = f"^FO40,{80 + 40 * len(lines)}^BCN,160,Y,N,N^FD{code}^FS"
    return "\n".join(["^XA", "^CI28", *fields, bars, "^XZ", ""]).encode()

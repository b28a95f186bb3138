"""What leaves for a browser is small: the first screen, and every static file."""

import gzip
import re

import pytest

from tests.rows import CODE, a_division, a_problem, an_order

ZIP = {"Accept-Encoding": "gzip, deflate, br"}
FIRST_SCREEN = 60_000


@pytest.mark.parametrize("name", ["pakbon.css", "app.js", "icons.svg", "vendor/htmx.min.js"])
def test_a_static_file_is_the_same_in_fewer_bytes(client, name):
    plain = client.get(f"/static/{name}?v=1")
    zipped = client.get(f"/static/{name}?v=1", headers=ZIP)
    assert "Content-Encoding" not in plain.headers and zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data and len(zipped.data) < len(plain.data) / 2
    assert int(zipped.headers["Content-Length"]) == len(zipped.data)
    assert zipped.vary.as_set() >= {"accept-encoding"} <= plain.vary.as_set()
    assert "immutable" in zipped.headers["Cache-Control"]
    again = client.get(f"/static/{name}?v=1", headers={**ZIP, "If-None-Match": zipped.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_is_left_as_it_is(client):
    part = client.get("/static/app.js", headers={**ZIP, "Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10) and "Content-Encoding" not in part.headers


def test_a_page_does_not_tell_by_its_size_what_stands_in_it(admin):
    answers = [admin.get("/settings", headers=ZIP) for _ in range(20)]
    assert "</html>" in gzip.decompress(answers[0].data).decode()
    assert max(len(answer.data) for answer in answers) - min(len(answer.data) for answer in answers) > 20


@pytest.mark.parametrize("path", ["/healthz", "/nothing.json"])
def test_what_is_short_or_refused_still_comes(client, path):
    plain, zipped = client.get(path), client.get(path, headers=ZIP)
    assert plain.status_code == zipped.status_code and zipped.data


@pytest.mark.parametrize("path", ["/login", "/", f"/divisions/{CODE}/", f"/divisions/{CODE}/logs"])
def test_a_first_screen_and_all_that_belongs_to_it_is_under_60_kb(admin, path):
    division = a_division()
    for number in range(60):
        an_order(division, number, customer=f"Klant {number} {number * 7919:x}", city=f"Plaats {number * 104729:x}")
    for number in range(100, 120):
        a_problem(division, number, value=f"{number * 7919:x}")
    page = admin.get(path, headers=ZIP, follow_redirects=False)
    assert page.status_code == 200
    text = gzip.decompress(page.data).decode()
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text))
    assert len(files) >= 4 and all("?v=" in file for file in files)
    total = len(page.data) + sum(len(admin.get(file, headers=ZIP).data) for file in files)
    assert total < FIRST_SCREEN, total

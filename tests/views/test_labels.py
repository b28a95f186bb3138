"""The PDF of a label."""

import pytest

from tests.rows import CODE, a_delivery, a_division, a_parcel, an_order
from webapp.models import Parcel
from webapp.sync import labels

PDF = b"%PDF-1.4 a label"


@pytest.fixture
def division(app):
    return a_division()


def a_label(config, division, number=11):
    parcel = a_parcel(a_delivery(an_order(division, number), number), number, f"3S{number}")
    labels.keep(config, division, parcel, PDF)
    return parcel


def path(parcel, code=CODE):
    return f"/divisions/{code}/labels/{parcel.parcel}"


def test_it_is_the_file_and_counts_as_opened(admin, config, division):
    parcel = a_label(config, division)
    answer = admin.get(path(parcel))
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", PDF)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'inline; filename="label-11.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert Parcel.get().printed_at


def test_nobody_gets_it_without_signing_in(client, config, division):
    assert client.get(path(a_label(config, division))).status_code == 302
    assert Parcel.get().printed_at is None


def test_a_label_of_another_division_is_not_there(admin, packer, config, division):
    other = a_label(config, a_division(9), 12)
    assert admin.get(path(other)).status_code == 404
    assert packer.get(path(other, 9)).status_code == 404


def test_a_label_without_its_file_is_not_there(admin, config, division):
    parcel = a_label(config, division)
    (labels.folder(config, division) / parcel.pdf).unlink()
    assert admin.get(path(parcel)).status_code == 404
    Parcel.update(pdf="").execute()
    assert admin.get(path(parcel)).status_code == 404
    assert Parcel.get().printed_at is None


@pytest.mark.parametrize("name", ["0", "x", "..%2f..%2fsecret_key", str(10**40)])
def test_nothing_else_comes_out_of_the_folder(admin, config, division, name):
    a_label(config, division)
    assert admin.get(f"/divisions/{CODE}/labels/{name}").status_code == 404

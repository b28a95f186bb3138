"""History with restore, export and import, and copying from another division: told before it is saved, and whole."""

import html
import io
import json
import re

import pytest

from tests.rows import CODE, SENDERS, a_division, may_see
from tests.views.test_configuration import LISTS, MAIN, TWO_SENDERS, words
from webapp.configuration import transfer
from webapp.models import Division, Event
from webapp.sync import configure

EN = {"Accept-Language": "en"}
PATH = f"/divisions/{CODE}/configuration"
OTHER = 77
RULES = {"customs_hs_code": "8215.99", "warehouses": {MAIN: "2"}, "customer_mapping": "manual", "map_name": "account"}


@pytest.fixture
def division(app):
    return a_division(lists=LISTS, sender_addresses=TWO_SENDERS)


@pytest.fixture
def keep(division):
    """Save as somebody would."""

    def keep(rules, who="Sanne", **how):
        assert configure.save(division, rules, None, who, **how)
        return Event.select().order_by(Event.id.desc()).get().id

    return keep


@pytest.fixture
def post(admin, csrf):
    def post(path, **fields):
        return admin.post(path, data={"csrf_token": csrf(admin, f"{PATH}/history"), **fields}, headers=EN)

    return post


def saved(code=CODE):
    return Division.get(Division.code == code).rules


# -- history --------------------------------------------------------------------------------------------------


def test_the_history_tells_who_changed_what_from_what_to_what(admin, keep):
    keep(RULES)
    keep({**RULES, "warehouses": {}, "backfill_days": 60, "label_auto": True, "default_weight": 250}, "Jan")
    text = words(admin.get(f"{PATH}/history", headers=EN))
    assert "HS code was none → becomes 8215.99" in text
    assert "Label creation was by hand in Sendcloud → becomes by itself" in text
    assert "Period was 30 days → becomes 60 days" in text and "was none → becomes 250 grams" in text
    assert "Warehouse 1 Hoofdmagazijn was Van Dalen, Industrieweg 40" in text
    assert text.index("Jan") < text.index("holds now") < text.index("Sanne") < text.index("Restore")


def test_nothing_but_defaults_is_no_save(admin, division, csrf):
    token = csrf(admin, PATH)
    assert admin.post(PATH, data={"csrf_token": token, "version": "0", "backfill_days": "30"}).status_code == 303
    assert Division.get().rules_no == 0 and "Nothing was saved yet" in words(admin.get(f"{PATH}/history", headers=EN))


def test_an_older_save_is_restored_as_a_save_of_its_own(admin, post, keep, local_admin):
    first = keep(RULES)
    keep({"backfill_days": 60})
    page = admin.get(f"{PATH}/history/{first}", headers=EN)
    assert "Period was 60 days → becomes 30 days" in words(page) and saved() == {"backfill_days": 60}
    assert post(f"{PATH}/history/{first}", version="2").status_code == 303
    assert saved() == RULES and Division.get().rules_no == 3
    assert "restored as it was saved" in words(admin.get(f"{PATH}/history", headers=EN))


def test_who_restores_after_somebody_else_saved_is_told(post, keep):
    first = keep(RULES)
    keep({"backfill_days": 60}, "Jan")
    page = post(f"{PATH}/history/{first}", version="1")
    assert page.status_code == 409 and "Jan saved at" in words(page) and saved() == {"backfill_days": 60}
    assert 'name="version" value="2"' in page.text
    assert post(f"{PATH}/history/{first}", version="rubbish").status_code == 409


def test_what_is_no_longer_there_is_told_before_it_is_restored(admin, keep):
    first = keep({"warehouses": {MAIN: "2"}, "item_hs_code_field": "extra:2"})
    keep({})
    gone = {"senders_gone": {"2": TWO_SENDERS[1]}, "warehouses_gone": {MAIN: LISTS["warehouses"][0]}}
    Division.update(sender_addresses=SENDERS, lists={**LISTS, "warehouses": [], "fields": {}, **gone}).execute()
    text = words(admin.get(f"{PATH}/history/{first}", headers=EN))
    assert "Warehouses that are no longer there: 1 Hoofdmagazijn, no longer in Exact." in text
    assert "no longer in Sendcloud: Van Dalen, Industrieweg 40" in text
    assert "Exact has no Extra field 2 in this division" in text


def test_only_saves_of_this_division_can_be_restored(admin, keep, client):
    first = keep(RULES)
    a_division(OTHER)
    assert admin.get(f"/divisions/{OTHER}/configuration/history/{first}").status_code == 404
    assert admin.get(f"{PATH}/history/999").status_code == 404
    for path in ("history", f"history/{first}", "export", f"copy?from={OTHER}"):
        assert client.get(f"{PATH}/{path}").status_code == 302


# -- file -----------------------------------------------------------------------------------------------------


def exported(admin):
    answer = admin.get(f"{PATH}/export")
    assert "attachment" in answer.headers["Content-Disposition"] and answer.mimetype == "application/json"
    return json.loads(answer.data)


@pytest.fixture
def send(admin, csrf):
    """Choose a file and look what it would change."""

    def send(content, code=CODE):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        fields = {"csrf_token": csrf(admin, f"{PATH}/history"), "file": (io.BytesIO(data), "a.json")}
        return admin.post(f"/divisions/{code}/configuration/import", data=fields, headers=EN)

    return send


def test_the_file_is_readable_and_has_no_secrets(admin, keep):
    keep(RULES)
    text = admin.get(f"{PATH}/export").text
    found = json.loads(text)
    assert found["division"]["name"] == "Van Dalen Keukengerei" and found["settings"]["map_name"] == "account"
    sender = {"id": "2", "name": "Van Dalen, Industrieweg 40, 9712 HC Groningen"}
    assert found["warehouses"] == [{"code": "1", "name": "Hoofdmagazijn", "sender": sender}]
    assert "secret" not in text and "public" not in text and text.count("\n") > 20


def test_what_was_exported_comes_in_again_after_it_was_shown(admin, send, post, keep):
    keep({**RULES, "default_weight": 400, "label_auto": True})
    file = exported(admin)
    keep({})
    page = send(file)
    text = words(page)
    assert page.status_code == 200 and saved() == {}
    assert "HS code was none → becomes 8215.99" in text and "Each label costs money" in text
    content = html.unescape(re.search(r'name="content" value="([^"]*)"', page.text)[1])
    assert post(f"{PATH}/import", content=content, version="1").status_code == 409 and saved() == {}
    assert post(f"{PATH}/import", content=content, version="2").status_code == 303
    assert saved()["customs_hs_code"] == "8215.99" and saved()["warehouses"] == {MAIN: "2"}
    assert saved()["default_weight"] == 400 and saved()["label_auto"] is True
    assert "from the file of Van Dalen Keukengerei" in words(admin.get(f"{PATH}/history", headers=EN))


def test_warehouses_of_another_division_go_by_code_or_name_or_are_listed(admin, send, keep):
    keep(RULES)
    file = exported(admin)
    sender = {"id": 1, "name": "x"}
    file["warehouses"] = [
        {"code": "M", "name": "hoofdmagazijn", "sender": sender},
        {"code": "8", "name": "Depot", "sender": sender},
        {"code": "1", "name": "Hoofdmagazijn", "sender": {"id": "55", "name": "Haven 1"}},
    ]
    text = words(send(file))
    assert "was Van Dalen, Industrieweg 40, 9712 HC Groningen → becomes Van Dalen, Ebbingestraat 55" in text
    assert "do not come along: 8 Depot, 1 Hoofdmagazijn." in text  # the last is taken already
    file["warehouses"] = file["warehouses"][2:]
    text = words(send(file))
    assert "not in this Sendcloud account: 1 Hoofdmagazijn (Haven 1)" in text and "Everything stands like" in text


def test_settings_that_a_file_leaves_out_stay(send, post, keep):
    keep({**RULES, "label_auto": True})
    text = words(send({"pakbon": "configuration", "version": 1, "settings": {"backfill_days": 10}}))
    assert "1 field" in text and "Period was 30 days → becomes 10 days" in text


def settings(**changed):
    return {"pakbon": "configuration", "version": 1, "settings": changed}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file first."),
        (b"{", "line 1"),
        (b'{\n "pakbon": "configuration",\n "version": 1,,\n}', "line 3"),
        (b"\xff\xfe\x00", "not a configuration that Pakbon has exported"),
        (b"[" * 100_000, "not a configuration that Pakbon has exported"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not a configuration that Pakbon has exported"),
        (b'["pakbon"]', "not a configuration that Pakbon has exported"),
        (b'{"pakbon": "configuration", "version": 1, "settings": {"map_name": "\\ud800"}}', "not a configuration"),
        (b'{"version": 1, "version": 1}', "“version” stands in the file twice"),
        (b" " * (transfer.LARGEST + 1), "too large"),
        ({"pakbon": "configuration", "version": 2}, "has version 2, and this Pakbon reads version 1"),
        ({"pakbon": "configuration", "version": True}, "has version True"),
        ({"pakbon": "configuration", "version": 1, "settings": []}, "“settings” must be a list"),
        ({"pakbon": "configuration", "version": 1, "warehouses": {}}, "“warehouses” must be a list"),
        ({"pakbon": "configuration", "version": 1, "warehouses": [7]}, "Warehouse no. 1"),
        (settings(secret_key="x"), "“secret_key” is not a setting"),
        (settings(label_auto="yes"), "Label creation is “yes”. It must be true or false."),
        (settings(backfill_days="30"), "Period is “30”. It must be a whole number."),
        (settings(backfill_days=None), "Period is “null”. It must be a whole number."),
        (settings(backfill_days=400), "Period is “400”. Fill in a number of days, 1 to 365."),
        (settings(default_weight=70001), "Default weight is “70001”. Fill in whole grams"),
        (settings(map_name=3), "It must be a text"),
        (settings(customs_hs_code="letters"), "HS code is “letters”. An HS code has at least six digits"),
        (settings(map_address="moon"), "Customer data, address is “moon”. Choose one of the list."),
        (settings(item_hs_code_field="Password"), "“Password”. Choose a field of the article."),
    ],
)
def test_a_file_of_another_version_or_edited_by_hand_is_refused_whole(send, keep, content, said):
    keep(RULES)
    page = send(content)
    assert page.status_code == 422 and said in words(page) and "Nothing was saved." in words(page)
    assert saved() == RULES


# -- another division -----------------------------------------------------------------------------------------


def test_all_comes_along_from_another_division_but_foreign_addresses(admin, post, division):
    lists = {**LISTS, "warehouses": [{"id": "o1", "code": "1", "name": "Daar", "main": True},
                                     {"id": "o2", "code": "2", "name": "Elders", "main": False}]}  # fmt: skip
    senders = [*TWO_SENDERS, {**SENDERS[0], "id": 9, "address_line_1": "Kade"}]
    other = a_division(OTHER, name="Zaaigoed", lists=lists, sender_addresses=senders)
    rules = {**RULES, "item_origin_field": "custom:Daar", "warehouses": {"o1": "2", "o2": "9"}}
    configure.save(other, rules, None, "Jan")
    text = words(admin.get(f"{PATH}/copy?from={OTHER}", headers=EN))
    assert "do not come along: 2 Elders." in text and "Exact has no Custom field Daar" in text
    assert "Warehouse 1 Hoofdmagazijn was Sendcloud's default → becomes Van Dalen, Industrieweg 40" in text
    assert saved() == {}
    assert post(f"{PATH}/copy", version="0", **{"from": OTHER}).status_code == 303
    assert saved()["warehouses"] == {MAIN: "2"} and saved()["map_name"] == "account"
    assert saved(OTHER) == rules
    assert "copied from Zaaigoed" in words(admin.get(f"{PATH}/history", headers=EN))


def test_nothing_is_copied_from_a_division_that_one_may_not_see(packer, exact_user, division):
    other = a_division(OTHER, name="Geheim")
    configure.save(other, RULES, None, "Jan")
    may_see(exact_user, division)
    assert "Geheim" not in packer.get(f"{PATH}/history").text
    assert packer.get(f"{PATH}/copy?from={OTHER}").status_code == 404
    assert packer.get(f"{PATH}/copy?from=x").status_code == 404
    may_see(exact_user, other)
    assert "Geheim" in packer.get(f"{PATH}/history").text
    assert packer.get(f"{PATH}/copy?from={OTHER}").status_code == 200

"""One sales order."""

import html
import re

import pytest

from tests.rows import CODE, a_delivery, a_division, a_full_order, a_parcel, a_problem, an_event, an_order
from webapp import clock
from webapp.models import Correction, Delivery, Division, Event, Order, Parcel, Part

EN = {"Accept-Language": "en"}


@pytest.fixture
def division(app):
    return a_division()


def path(order, what=""):
    return f"/divisions/{CODE}/orders/{order.guid}{what}"


@pytest.fixture
def post(admin, csrf):
    def post(order, what, **fields):
        token = csrf(admin, path(order))
        return admin.post(path(order, f"/{what}"), data={"csrf_token": token, **fields}, headers=EN)

    return post


def test_it_shows_the_request_and_where_each_field_comes_from(admin, division):
    page = admin.get(path(a_full_order(division)), headers=EN)
    assert page.status_code == 200
    assert "Samira El Amrani" in page.text and "Contact person, name" in page.text
    assert "the account is the company name" in page.text
    assert "POST /api/v3/orders" in page.text


def test_it_says_which_lines_stay_behind_and_why(admin, division):
    text = admin.get(path(a_full_order(division)), headers=EN).text
    assert "trade-in: comes back" in text and "service: nothing to put in a parcel" in text


def test_nobody_sees_it_without_signing_in(client, division):
    assert client.get(path(an_order(division, 1))).status_code == 302


def test_an_order_that_is_not_there(admin, division):
    assert admin.get(f"/divisions/{CODE}/orders/00000000-0000-0000-0000-000000000000").status_code == 404
    assert admin.get(f"/divisions/{CODE}/orders/x").status_code == 404


def test_an_order_of_another_division_is_not_there(admin, division):
    other = an_order(a_division(9), 1)
    assert admin.get(path(other)).status_code == 404


def test_an_order_that_was_never_read_in_full_says_what_is_missing(admin, division):
    page = admin.get(path(an_order(division, 1, "waiting", reason="not_approved")), headers=EN)
    assert page.status_code == 200
    assert "Nothing can go as long as" in page.text and "Approve the order in Exact" in page.text


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        ("removed", "cancelled", "Nothing of this order goes to Sendcloud."),
        ("waiting", "not_approved", "Pakbon reads the customer"),
        ("ignored", "by_hand", "Pakbon reads the customer"),
    ],
)
def test_a_customer_that_was_never_asked_for_is_not_said_to_be_gone(admin, division, state, reason, said):
    order = a_full_order(division)
    Part.delete().execute()
    Order.update(state=state, reason=reason).execute()
    text = admin.get(path(order), headers=EN).text
    assert said in text and "no longer exists in Exact" not in text
    assert ('<span class="st ok">' in text) == (state != "removed")  # a line that goes


def test_fields_that_are_missing_are_told_in_one_go(admin, division):
    order = a_full_order(division)
    for part in Part.select().where(Part.kind == "address"):
        part.exact = part.exact | {"AddressLine1": "", "Postcode": "", "City": ""}
        part.save()
    text = admin.get(path(order), headers=EN).text
    assert re.findall(r"Missing: ([^.<]*)", text) == ["street, postal code, city"]


def test_of_an_order_that_was_shipped_before_it_was_read_nothing_is_left(admin, division):
    order = a_full_order(division)
    Part.delete().execute()
    Order.update(state="shipped").execute()
    for line in order.lines:
        line.exact = line.exact | {"QuantityDelivered": line.exact["Quantity"]}
        line.save()
    a_delivery(order, 1, "elsewhere")
    text = admin.get(path(order), headers=EN).text
    assert "Nothing is left of the order itself." in text and "no longer exists in Exact" not in text


def test_the_value_in_trouble_is_said_once(admin, division):
    order = a_problem(
        division, 1, "service_point_unknown", field="service_point", value="99-1", params={"value": "99-1"}
    )
    assert admin.get(path(order), headers=EN).text.count("99-1") == 1
    other = a_problem(division, 2, "refused", field="phone_number", value="12", params={"detail": "no"})
    assert "phone: <q>12</q>" in admin.get(path(other), headers=EN).text


def test_a_choice_of_readings_is_asked_for_once(admin, division):
    choices = [{"address_line_1": "Kade 10", "house_number": "142"}, {"address_line_1": "Kade", "house_number": "10"}]
    params = {"value": "Kade 10 142", "choices": choices, "readings": "Kade 10; 142 / Kade; 10"}
    order = a_problem(division, 1, "house_number_unsure", field="house_number", value="Kade 10 142", params=params)
    text = admin.get(path(order), headers=EN).text
    assert "Choose below how it is meant" in text and "It could be" not in text and "Or repair it" not in text


def test_amounts_and_weights_are_written_as_people_write_them(admin, division):
    order = a_full_order(division)
    assert "€120.00" in admin.get(path(order), headers=EN).text
    assert "€\xa0120,00" in admin.get(path(order), headers={"Accept-Language": "nl"}).text


def test_the_timeline_has_the_newest_first_and_the_exchange_at_hand(admin, division):
    order = an_order(division, 1)
    an_event(order, "waiting", 100, params={"reason": "not_approved"})
    exchange = {
        "method": "POST",
        "url": "https://x/orders",
        "request": '[{"a": "<b>"}]',
        "status": 201,
        "answer": "{",
    }
    an_event(order, "incoming", 50, params={"first": True}, actor="Marijke", exchange=exchange)
    text = admin.get(path(order), headers=EN).text
    timeline = text[text.index("Timeline") :]
    assert timeline.index("To Incoming orders") < timeline.index("Not approved in Exact yet.")
    assert "Marijke" in timeline and "&lt;b&gt;" in timeline and "POST https://x/orders" in timeline


def test_an_event_that_has_no_words_yet_still_shows(admin, division):
    order = an_order(division, 1)
    an_event(order, "flux", params={"detail": "Leaky."})
    assert "Something went wrong (flux). Leaky." in admin.get(path(order), headers=EN).text


BUTTONS = {
    "problem": {"retry", "ignore"},
    "due": {"retry", "ignore"},
    "waiting": {"ignore"},
    "incoming": {"ignore"},
    "shipped": set(),
    "ignored": {"unignore"},
    "removed": set(),
}


@pytest.mark.parametrize("state", BUTTONS)
def test_the_buttons_fit_the_state(admin, division, state):
    order = an_order(division, 1, state, reason="cancelled" if state == "removed" else "")
    text = admin.get(path(order)).text
    found = {name for name in ("retry", "ignore", "unignore", "overwrite", "keep") if f'{order.guid}/{name}"' in text}
    assert found == BUTTONS[state]


def test_an_order_that_was_edited_in_sendcloud_offers_the_choice(admin, post, division):
    order = a_problem(division, 1, "edited_in_sendcloud", params={"hash": "x"})
    text = admin.get(path(order), headers=EN).text
    assert "Send anyway" in text and "Keep what stands in Sendcloud" in text
    post(order, "keep")
    assert Order.get().state == "incoming"


def test_sending_anyway(post, division):
    order = a_problem(division, 1, "edited_in_sendcloud", params={"hash": "x"})
    assert post(order, "overwrite").status_code == 303
    assert Order.get().overwrite


def test_an_order_that_was_deleted_in_sendcloud_can_be_put_back(admin, division):
    order = an_order(division, 1, "removed", reason="left_incoming")
    assert f'{order.guid}/retry"' in admin.get(path(order)).text


def test_retry_makes_it_due_and_says_so(admin, post, division):
    order = a_problem(division, 24810)
    response = post(order, "retry")
    assert (response.status_code, response.location) == (303, path(order))
    assert Order.get().due_at <= clock.now()
    text = admin.get(path(order), headers=EN).text
    assert "24810: Is tried again" in text and "Retry asked for" in text and "baas@winkel.example" in text


def test_a_button_returns_to_the_page_it_stands_on(post, division):
    order = a_problem(division, 1)
    assert post(order, "ignore", next=f"/divisions/{CODE}/logs").location == f"/divisions/{CODE}/logs"
    assert Order.get().state == "ignored"


def test_a_button_never_leads_to_another_site(post, division):
    assert post(a_problem(division, 1), "ignore", next="//evil.example").location == "/"


def test_ignored_and_taken_back(post, division):
    order = a_problem(division, 1)
    post(order, "ignore")
    post(order, "unignore")
    assert Order.get().state == "waiting"


def test_a_button_without_its_token_does_nothing(admin, division):
    order = a_problem(division, 1)
    assert admin.post(path(order, "/retry")).status_code == 400
    assert Order.get().state == "problem"


def test_somebody_else_cannot_press_a_button(packer, csrf, division):
    order = a_problem(division, 1)
    assert packer.post(path(order, "/retry"), data={"csrf_token": csrf(packer, "/")}).status_code == 404


# -- deliveries and labels -------------------------------------------------------------------------------------


def marks(text):
    return dict(re.findall(r'data-mark="(\w+)" data-how="(\w+)"', text))


def test_a_delivery_shows_its_label_and_what_stands_in_exact(admin, division):
    delivery = a_delivery(a_full_order(division), 90398, written_at=clock.now(), attached=True)
    parcel = a_parcel(delivery, 11, "3SPKBN084417164", pdf="x.pdf")
    exact = {"TrackingNumber": parcel.tracking_number, "Remarks": f"Bel aan\n{parcel.tracking_url}"}
    Delivery.update(exact=exact).execute()
    text = admin.get(path(Order.get()), headers=EN).text
    assert "Delivery 90398" in text and "Written back in Exact" in text and "Berberkleed" in text
    assert f'href="{parcel.tracking_url}"' in text and "PostNL, underway" in text and "made by Pakbon" in text
    assert f'href="/divisions/{CODE}/labels/11"' in text
    assert marks(text) == {"number": "ok", "remarks": "ok", "document": "ok"}


def test_what_exact_did_not_take_is_said(admin, division):
    told = {"no_document": "licence", "reason": "no_document", "params": {"remarks": "refused"}}
    delivery = a_delivery(an_order(division, 1), 5, written_at=1, exact={"TrackingNumber": "by hand"}, **told)
    a_parcel(delivery, 11, "3S1")
    text = admin.get(path(Order.get()), headers=EN).text
    assert marks(text) == {"number": "kept", "remarks": "refused", "document": "refused"}
    assert "Exact takes no document here" in text


def test_a_label_that_was_cancelled_or_made_in_the_panel_is_marked(admin, division):
    delivery = a_delivery(an_order(division, 1), 5)
    a_parcel(delivery, 11, "3S1", cancelled=True)
    a_parcel(delivery, 12, "3S2", ours=False, tracking_url="javascript:alert(1)")
    text = admin.get(path(Order.get()), headers=EN).text
    assert '<del class="mono">3S1</del>' in text and "made in Sendcloud" in text
    assert "javascript:" not in text and '<span class="mono">3S2</span>' in text


def test_a_label_without_a_delivery_is_shown_too(admin, division):
    order = an_order(division, 1)
    wanted = {"parcel": 11, "tracking_number": "3S1", "status": "FLUX", "message": "In flux"}
    Parcel.create(division=division, order=order, order_number="1", **wanted)
    text = admin.get(path(order), headers=EN).text
    assert "before there is a goods delivery" in text and "3S1" in text and "In flux" in text


def test_several_orders_in_one_delivery_are_named(admin, division):
    order, other = an_order(division, 1), an_order(division, 2)
    delivery = a_delivery(order, 5)
    delivery.lines.model.create(delivery=delivery, order=other, guid="x", order_number=2, quantity="1")
    assert "Together with order 2 in one parcel." in admin.get(path(order), headers=EN).text


def test_part_of_it_is_shipped(admin, division):
    order = a_full_order(division)
    a_delivery(order, 5)
    assert "Partly shipped" in admin.get(path(order), headers=EN).text
    assert "Partly shipped" in admin.get(f"/divisions/{CODE}/", headers=EN).text
    Order.update(withdraw="shipped:").execute()  # all of it is delivered: it is about to leave Incoming orders
    assert "Partly shipped" not in admin.get(path(order), headers=EN).text


def test_a_label_left_by_hand_can_be_made_now(admin, post, division):
    order = an_order(division, 1)
    delivery = a_delivery(order, 5, "manual", reason="labels_by_hand")
    text = admin.get(path(order), headers=EN).text
    assert "Its label is made in Sendcloud by hand." in text and "Make the label now" in text
    assert post(order, f"deliveries/{delivery.guid}/label").status_code == 303
    assert Delivery.get().state == "due"
    text = admin.get(path(order), headers=EN).text
    assert "Label asked for, goods delivery 5" in text and "Make the label now" not in text


def test_no_label_for_a_delivery_of_another_order(post, division):
    order, other = an_order(division, 1), an_order(division, 2)
    delivery = a_delivery(other, 5, "manual", reason="labels_by_hand")
    assert post(order, f"deliveries/{delivery.guid}/label").status_code == 404
    assert Delivery.get().state == "manual"


def test_a_label_needs_its_token(admin, division):
    delivery = a_delivery(an_order(division, 1), 5, "manual", reason="labels_by_hand")
    assert admin.post(path(Order.get(), f"/deliveries/{delivery.guid}/label")).status_code == 400
    assert Delivery.get().state == "manual"


# -- repair ----------------------------------------------------------------------------------------------------


@pytest.fixture
def refused(division):
    """An order whose delivery gets no label for want of a house number."""
    order = a_full_order(division)
    why = {"reason": "label_refused", "field": "house_number", "params": {"delivery": 5, "detail": "cannot be blank"}}
    a_delivery(order, 5, "problem", **why)
    Order.update(state="problem", **why).where(Order.id == order.id).execute()
    return Order.get()


def test_a_repair_is_remembered_and_tried(admin, post, refused):
    answer = post(refused, "repair", house_number=" 71 B ", flux="x")
    assert (answer.status_code, answer.location) == (303, path(refused))
    assert (Correction.get().field, Correction.get().value) == ("house_number", "71 B")
    assert (Order.get().state, Delivery.get().state) == ("incoming", "due")
    text = admin.get(path(refused), headers=EN).text
    assert "Corrected here: house number" in text


@pytest.mark.parametrize("fields", [{}, {"house_number": "  "}, {"flux": "x"}, {"city": "", "house_number": "1"}])
def test_a_repair_with_nothing_in_it_changes_nothing(admin, post, refused, fields):
    assert post(refused, "repair", **fields).status_code == 303
    assert Order.get().state == "problem" and not Correction.select().exists()
    assert "Nothing was changed." in admin.get(path(refused), headers=EN).text


def test_a_repair_needs_its_token_and_the_right_division(admin, packer, csrf, refused):
    assert admin.post(path(refused, "/repair"), data={"house_number": "1"}).status_code == 400
    fields = {"house_number": "1", "csrf_token": csrf(packer, "/")}
    assert packer.post(path(refused, "/repair"), data=fields).status_code == 404
    assert not Correction.select().exists()


def test_the_words_of_the_carrier_are_one_click_away(admin, refused):
    text = admin.get(path(refused), headers=EN).text
    assert "The house number is missing." in text and '<q lang="en">cannot be blank</q>' in text


# -- live ------------------------------------------------------------------------------------------------------


def live_path(text):
    return html.unescape(re.search(r'hx-get="([^"]+/live[^"]*)"', text)[1])


def test_an_open_page_hears_only_of_what_changed(admin, division):
    order = an_order(division, 1)
    delivery = a_delivery(order, 5, "labelling", due_at=clock.now())
    address = live_path(admin.get(path(order)).text)
    assert admin.get(address).status_code == 204
    a_parcel(delivery, 11, "3S1")
    Delivery.update(state="labelled").execute()
    an_event(order, "labelled", 0, params={"tracking": "3S1"})
    Division.update(changed_no=2).execute()
    text = admin.get(address, headers=EN).text
    assert 'id="order-head"' in text and "3S1" in text and "1 new line" in text
    assert "<html" not in text


def test_an_open_page_is_told_of_a_new_delivery_but_not_given_it(admin, division):
    order = an_order(division, 1)
    address = live_path(admin.get(path(order)).text)
    a_delivery(order, 5, "due")
    Division.update(changed_no=2).execute()
    text = admin.get(address, headers=EN).text
    assert "Something new: show it" in text and "data-delivery" not in text


def test_live_is_for_those_who_may_see_it(admin, client, packer, division):
    order = an_order(division, 1)
    assert client.get(path(order, "/live")).status_code == 302
    assert packer.get(path(order, "/live")).status_code == 404
    assert admin.get(path(order, "/live?no=x&parts=9&last=-1")).status_code == 200
    assert not Event.select().exists()


# -- repair on the spot --------------------------------------------------------------------------------------


def opened(text):
    return re.findall(r'<input id="f\d*\w*" name="(\w+)" value="([^"]*)"', text)


def test_the_field_in_trouble_is_open_on_its_own_page(admin, post, division):
    order = a_full_order(division)
    detail = {"detail": "This field cannot be blank."}
    why = {"reason": "label_refused", "field": "house_number", "value": "Witte de Withstraat", "params": detail}
    Order.update(state="problem", **why).where(Order.id == order.id).execute()
    text = admin.get(path(order), headers=EN).text
    assert opened(text) == [("house_number", "")] and f'action="{path(order, "/repair")}"' in text
    assert post(order, "repair", house_number="71").status_code == 303
    assert Correction.get().value == "71"


@pytest.fixture
def swiss(division):
    """An order whose article lacks an HS code and an origin."""
    order = a_full_order(division)
    Part.update(
        exact={"AddressLine1": "Bahnhofstrasse 5", "Postcode": "8001", "City": "Zürich", "Country": "CH"}
    ).where(Part.kind == "address").execute()
    return Order.get_by_id(order.id)


def lacks(text):
    return re.findall(r'name="(hs_code|country_of_origin|weight)\.([^"]+)"', text)


THE_ARTICLE = "BRB-60 Artikel BRB-60"


def test_what_customs_will_ask_for_is_filled_in_before_the_label(admin, post, swiss):
    text = admin.get(path(swiss), headers=EN).text
    (code, item), (origin, same) = lacks(text)
    assert (code, origin, item) == ("hs_code", "country_of_origin", same) and '<option value="JP">Japan' in text
    post(swiss, "repair", **{f"hs_code.{item}": "6912.00", f"country_of_origin.{item}": "JP"})
    kept = {row.field: (row.value, row.shown) for row in Correction.select()}
    assert kept == {"hs_code": ("6912.00", THE_ARTICLE), "country_of_origin": ("JP", THE_ARTICLE)}
    text = admin.get(path(swiss), headers=EN).text
    assert not lacks(text) and "Corrected here: country of origin, HS code" in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"hs_code": "69"},
            "“69” of article BRB-60 cannot be. Nothing was changed. An HS code has at least six digits",
        ),
        ({"country_of_origin": "XX"}, "the two letters of a country"),
        ({"hs_code": "691200", "country_of_origin": "Japan"}, "the two letters of a country"),
        ({"hs_code": " ", "country_of_origin": ""}, "fill in one of the fields first"),
    ],
)
def test_what_an_article_cannot_have_is_said_and_nothing_is_kept(admin, post, swiss, values, said):
    _, item = lacks(admin.get(path(swiss), headers=EN).text)[0]
    assert post(swiss, "repair", **{f"{name}.{item}": value for name, value in values.items()}).status_code == 303
    assert said in html.unescape(admin.get(path(swiss), headers=EN).text) and not Correction.select().exists()


def test_articles_that_lack_nothing_or_are_not_of_the_order_are_left_alone(admin, post, swiss):
    assert post(swiss, "repair", **{"hs_code.nobody": "691200"}).status_code == 303
    assert not Correction.select().exists()


def test_what_was_filled_in_for_an_article_can_be_taken_back(admin, post, swiss, csrf):
    _, item = lacks(admin.get(path(swiss), headers=EN).text)[0]
    post(swiss, "repair", **{f"hs_code.{item}": "691200"})
    assert [name for name, _ in lacks(admin.get(path(swiss), headers=EN).text)] == ["country_of_origin"]
    back = f"/divisions/{swiss.division.code}/corrections/{Correction.get().id}/back"
    assert admin.post(back, data={"csrf_token": csrf(admin)}).status_code == 303
    assert len(lacks(admin.get(path(swiss), headers=EN).text)) == 2


@pytest.fixture
def lost(division):
    """An order whose delivery goes to a service point that is none."""
    Division.update(rules={"service_point_enabled": True, "service_point_field": "YourRef"}).execute()
    order = a_full_order(division)
    points = [
        {"id": "10001", "name": "Primera <Plein>", "street": "Plein 1", "postal_code": "3012 AA", "city": "Rotterdam",
         "carrier": "PostNL", "distance": 1440},
        {"id": "10002", "name": "", "street": "Kade 2", "postal_code": "", "city": "", "carrier": "",
         "distance": None},
    ]  # fmt: skip
    why = {"reason": "service_point_unknown", "field": "service_point_details", "value": "99999"}
    a_delivery(order, 5, "problem", **why, params={"points": points})
    params = {"points": points, "delivery": 5}
    Order.update(state="problem", **why, params=params, exact={**order.exact, "YourRef": "99999"}).execute()
    return Order.get()


def test_where_it_can_go_instead_of_to_a_lost_service_point(admin, lost):
    text = admin.get(path(lost), headers=EN).text
    told = html.unescape(re.sub("<[^>]+>|\\s+", " ", text))
    assert "Where is it to go?" in told and "this order only" in told and "Choose here where it is to go" in told
    words = " ".join(told.split())
    assert "Primera <Plein>, Plein 1 PostNL · 3012 AA Rotterdam · 1.4 km Kade 2 Deliver at the address" in words
    assert "Witte de Withstraat 71B, 3012 BM Rotterdam, NL" in words
    assert "1,4 km" in admin.get(path(lost), headers={"Accept-Language": "nl"}).text


@pytest.mark.parametrize("where", ["10001", "home"])
def test_where_it_is_to_go_is_remembered_and_tried(admin, post, lost, where):
    assert post(lost, "repair", service_point=where, service_point_number="x").status_code == 303
    kept = Correction.get()
    assert (kept.address, kept.field, kept.value) == (f"order:{lost.guid}", "service_point", f"99999>{where}")
    assert (Order.get().state, Delivery.get().state) == ("incoming", "due")
    text = admin.get(f"/divisions/{lost.division.code}/corrections", headers=EN).text
    assert "Sales order 24810, service point 99999" in text and kept.value not in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"service_point": "other", "service_point_number": "10 001"},
            "“10 001” cannot be a service point. Fill in its number",
        ),
        ({"service_point": "other", "service_point_number": "1" * 13}, "cannot be a service point"),
        ({"service_point": "other", "service_point_number": "١٢"}, "“١٢” cannot be a service point"),
        ({"service_point": "99>home"}, "“99>home” cannot be a service point"),
        ({"service_point": "other", "service_point_number": " "}, "choose where it is to go first"),
        ({"service_point": ""}, "choose where it is to go first"),
        ({"service_point_number": "10001"}, "choose where it is to go first"),
    ],
)
def test_what_cannot_be_a_service_point_is_said_and_nothing_is_kept(admin, post, lost, fields, said):
    assert post(lost, "repair", **fields).status_code == 303
    assert said in html.unescape(admin.get(path(lost), headers=EN).text)
    assert not Correction.select().exists() and Order.get().state == "problem"


def test_an_order_that_is_not_in_that_trouble_any_more_goes_where_exact_says(admin, post, lost):
    Order.update(state="incoming", reason="", field="", value="", params={}).execute()
    assert post(lost, "repair", service_point="home").status_code == 422
    assert not Correction.select().exists()


def test_what_cannot_be_repaired_here_leads_to_the_ways_out(admin, division):
    text = admin.get(path(a_problem(division, 1, "currency_not_supported", value="CHF")), headers=EN).text
    assert not opened(text) and "Ways out in Logs" in text


def test_all_that_an_address_lacks_is_asked_in_one_go(admin, post, division):
    order = a_full_order(division)
    Part.update(exact={"AddressLine1": "Witte de Withstraat 71B", "Country": "NL"}).where(
        Part.kind == "address"
    ).execute()
    also = {"also": ["city"]}
    why = {"reason": "address_incomplete", "field": "postal_code", "value": "", "params": also}
    Order.update(state="problem", **why).where(Order.id == order.id).execute()
    text = admin.get(path(order), headers=EN).text
    assert "The delivery address is incomplete. Missing: postal code, city." in text
    assert opened(text) == [("postal_code", ""), ("city", "")]
    post(order, "repair", postal_code="3012 BM", city="Rotterdam")
    assert {row.field: row.value for row in Correction.select()} == {"postal_code": "3012 BM", "city": "Rotterdam"}


# -- what was not read ---------------------------------------------------------------------------------------


def test_a_customer_that_was_not_read_yet_is_not_called_gone(admin, division):
    exact = {"OrderedBy": "0d2c7a9e-6c1b-4b57-9d7c-1c6a8f4f0d11", "Status": 12}
    order = an_order(division, 1, "waiting", reason="not_approved", exact=exact)
    text = admin.get(path(order), headers=EN).text
    assert "no longer exists in Exact" not in text
    assert "reads the customer, the address and the articles when the order may go" in text


def test_the_way_to_both_services_stands_at_the_top(admin, division):
    text = admin.get(path(a_full_order(division)), headers=EN).text
    assert text.index("Open in Exact") < text.index("Goods deliveries")
    assert text.index("Print the packing list") < text.index("Goods deliveries")

"""Every screen at both sizes, light and dark, in both languages: axe finds nothing, nothing sticks out."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES
from tests.conftest import ADMIN
from tests.rows import CODE, a_connection, a_division, a_full_order, a_problem, an_event, an_order
from webapp import accounts, clock
from webapp.models import Division, put_setting, setting

# Each size, theme and language with every screen; the other pairs of size and theme with the busiest two.
LOOKS = [("desk", "light", "en"), ("phone", "dark", "nl")]
OTHER_LOOKS = [("desk", "dark", "nl"), ("phone", "light", "en")]


@pytest.fixture
def everything(app):
    """One of each: all states of orders and of divisions."""
    division = a_division()
    for number, state in enumerate(["waiting", "due", "incoming", "shipped", "ignored", "removed"], start=1):
        an_order(division, number, state, reason="not_approved" if state == "waiting" else "")
    name = "Koninklijke Nederlandsche Maatschappij tot Bevordering der Kookkunst N.V. <script>alert(1)</script>"
    a_problem(division, 50, customer=name, city="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch")
    a_problem(division, 51, "refused", field="shipping_address.city", value="x" * 150, params={"detail": "y" * 300})
    order = a_full_order(division)
    exchange = {"method": "POST", "url": "https://x/", "request": '[{"a":1}]', "status": 201, "answer": "z" * 400}
    an_event(order, "incoming", params={"first": True}, exchange=exchange)
    an_event(order, "problem", 500, params={"reason": "no_address"})
    a_division(2, name="Gestopt", stopped="token_spent", connection=a_connection(state="reconnect"))
    a_division(3, name="Kijkt mee", preview=True)
    a_division(4, name="Los", sendcloud="off")
    a_division(5, name="Loopt", progress={"phase": "orders", "read": 3}, passed_at=None)
    a_division(6, name="Ingetrokken", sendcloud="revoked", stopped="keys_wrong")
    a_division(7, name="Gepauzeerd", due_at=None)
    a_division(8, name="Opgehouden", stopped="service_down", stopped_params={"service": "Sendcloud"})
    return order


def paths(order, troubled):
    """One of each kind. Divisions in different trouble are the same page, so each look takes half of them."""
    home = f"/divisions/{CODE}/"
    return [
        "/", home, f"{home}?state=problem", f"{home}?q=zzz", f"{home}connect", f"{home}disconnect", f"{home}logs",
        f"{home}logs?show=resolved", f"{home}corrections", "/start", "/about", "/users", "/settings", "/exact/start",
        "/nothing", "/?q=zzz", f"{home}orders/{order.guid}", *(f"/divisions/{code}/" for code in troubled),
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS + OTHER_LOOKS)
def test_nothing_to_find_for_axe(everything, open_page, accessible, size, theme, language):
    page = open_page("/", size, theme, language)
    busiest = [f"/divisions/{CODE}/", f"/divisions/{CODE}/orders/{everything.guid}"]
    half = {"desk": range(2, 6), "phone": range(5, 9)}[size]
    for path in paths(everything, half) if (size, theme, language) in LOOKS else busiest:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        for summary in page.locator("main details > summary").all():
            summary.click()
        accessible(page)


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_open_menu_too(app, open_page, accessible, size):
    a_division()
    page = open_page("/", size)
    page.locator(".menu summary").click()
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator(".menu")).not_to_have_attribute("open", "")
    expect(page.locator(".menu summary")).to_be_focused()


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_the_screens_of_a_fresh_pakbon(app, open_page, accessible, size, theme, language):
    """Nothing registered, then an app, then divisions of which none is connected, then one without orders."""
    page = open_page("/", size, theme, language)
    division = None
    for _step in range(4):
        for path in ("/", "/start", *([f"/divisions/{CODE}/", f"/divisions/{CODE}/logs"] if division else [])):
            page.goto(path)
            accessible(page)
        if division:
            Division.update(sendcloud="on").execute()
        elif setting("exact_client_id"):
            division = a_division(sendcloud="off")
        else:
            put_setting("exact_client_id", "id")
            put_setting("exact_client_secret", "secret", secret=True)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_the_screens_before_the_sign_in(app, config, browser, site, accessible, size, theme, language):
    context = browser.new_context(
        base_url=site, viewport=SIZES[size], color_scheme=theme, locale=language, has_touch=size == "phone"
    )
    page = context.new_page()
    link = accounts.setup_link(config).removeprefix(config.public_url)
    put_setting("exact_redirect_uri", "https://elders.example/terug")
    put_setting("exact_client_id", "id")
    put_setting("exact_client_secret", "secret", secret=True)
    for path in ("/login", link, "/setup?token=spent", "/exact/start", "/exact/start?country=nl", "/exact/callback"):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        accessible(page)
    page.goto(link)
    page.fill("[name=email]", ADMIN["email"])
    for name in ("password", "again"):
        page.fill(f"[name={name}]", "kort")
    page.get_by_role("button").first.click()
    page.wait_for_selector("[aria-invalid=true]")
    accessible(page)
    page.goto("/login")
    page.fill("[name=email]", ADMIN["email"])
    page.fill("[name=password]", "verkeerd")
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#refused")
    accessible(page)
    context.close()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_of_many_divisions_one_is_picked_by_keyboard(app, open_page, accessible, shifts, size):
    connection = a_connection()
    for code in range(100, 130):
        a_division(code, name=f"Klant {code}", connection=connection)
    page = open_page("/divisions/105/connect", size)
    page.locator(".picker summary").focus()
    page.keyboard.press("Enter")
    page.locator("#pick-list a").first.wait_for()
    accessible(page)
    assert shifts(page) <= 0.02
    page.keyboard.press("Tab")
    page.keyboard.type("127")
    page.locator("#pick-list a", has_text="Klant 127").wait_for()
    page.locator("#pick-list a", has_text="Klant 101").wait_for(state="detached")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/divisions/127/")


def test_beside_a_picker_a_phone_still_names_the_division(app, open_page):
    connection = a_connection()
    for code in range(100, 109):
        a_division(code, name="Van Dalen Keukens" if code == 105 else f"Klant {code}", connection=connection)
    page = open_page("/divisions/105/logs", "phone")
    assert page.locator("#tab-105 .t").evaluate("(name) => name.scrollWidth <= name.clientWidth")
    expect(page.locator(".picker summary")).to_have_accessible_name("Choose a division, 9 divisions")


def test_on_paper_an_order_is_a_packing_list(app, open_page):
    order = a_full_order(a_division())
    page = open_page(f"/divisions/{CODE}/orders/{order.guid}")
    assert not page.locator(".only-print").is_visible()
    page.evaluate("window.print = () => {document.title = 'printed'}")
    page.get_by_role("button", name="Print the packing list").click()
    assert page.title() == "printed"
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text()
    for words in ("Packing list 24810", "Samira El Amrani", "Witte de Withstraat 71B", "3012 BM Rotterdam", "BRB-60"):
        assert words in shown
    for words in ("THG-6", "Timeline", "All divisions", "Open in Exact"):
        assert words not in shown


def test_refused_keys_lead_to_the_field(app, open_page, accessible):
    a_division(sendcloud="off", integration_id=None)
    page = open_page(f"/divisions/{CODE}/connect")
    page.fill("[name=public_key]", "a:b")  # no key looks like this, so nobody is asked
    page.fill("[name=secret_key]", "hush")
    page.get_by_role("button", name="Connect and begin").click()
    page.locator("#secret_key-e").wait_for()
    expect(page.locator("[name=public_key]")).to_be_focused()
    accessible(page)


@pytest.mark.parametrize(("size", "script"), [("desk", True), ("phone", False)])
def test_what_is_said_of_a_form_far_down_a_page_is_in_sight(app, open_page, size, script):
    page = open_page("/settings", size, script=script)
    page.get_by_role("button", name="Make a backup now").click()
    said = page.locator("#messages")
    expect(said).to_contain_text("Backup made")
    expect(said).to_be_in_viewport()
    expect(page.locator("#backups h2")).to_be_in_viewport()
    above, title = said.bounding_box(), page.locator("#backups h2").bounding_box()
    assert above["y"] + above["height"] <= title["y"]


def test_targets_are_large_enough_to_touch(everything, open_page, division_path):
    page = open_page(division_path, "phone")
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")]
            .filter((one) => one.checkVisibility() && !one.closest(".skip, details:not([open]) > div"))
            .filter((one) => (one.closest("label") ?? one).getBoundingClientRect().height < 43.5)
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_the_whole_dashboard_by_keyboard(everything, open_page):
    page = open_page(f"/divisions/{CODE}/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


def test_without_script_every_button_works(everything, open_page):
    page = open_page(f"/divisions/{CODE}/logs", script=False)
    page.locator("article").first.get_by_role("button", name="Ignore").click()
    assert page.locator("article").count() == 1
    page.goto(f"/divisions/{CODE}/")
    page.get_by_role("button", name="Sync now").click()
    assert "A round begins now." in page.locator("#messages").inner_text()
    assert Division.get(Division.code == CODE).due_at <= clock.now()


def test_the_first_screen_is_small(everything, browser, site):
    """As it comes over the line to a browser that has nothing yet, with all that belongs to it, from nowhere else."""
    context = browser.new_context(base_url=site)
    page, came = context.new_page(), []
    page.on("requestfinished", lambda request: came.append((request.url, request.sizes()["responseBodySize"])))
    page.goto("/login", wait_until="networkidle")
    context.close()
    assert len(came) >= 5 and all(url.startswith(site) for url, _ in came)
    assert 10_000 < sum(size for _, size in came) < 60_000

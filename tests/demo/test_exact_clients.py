"""The played Exact answers requests as public clients in PHP, Python, JavaScript and C# spell them."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import requests

from tests.demo.exact_play import REDIRECT, Play, message, playing
from webapp.demo.exact.books import guid
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, SHOP, WHOLESALE

ORDER = guid(SHOP, "order", 20001)
SERVICES = "{http://schemas.microsoft.com/ado/2007/08/dataservices}"
META = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    """Nothing here changes the books."""
    with playing() as play:
        yield play


def ask(play: Play, address: str, **headers: str) -> requests.Response:
    """An address behind `/api/v1/`, word for word."""
    answer = play.session.get(f"{play.exact.url}/api/v1/{address}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def rows(play: Play, address: str) -> list[dict]:
    return ask(play, address).json()["d"]["results"]


@pytest.mark.parametrize("query", ["", "?$top=1", "?Select=CurrentDivision", "?$select=CurrentDivision"])
def test_me_as_the_clients_ask_for_it(play: Play, query: str) -> None:
    for slash in ("", "/"):
        assert rows(play, f"current/Me{slash}{query}")[0]["CurrentDivision"] == SHOP


def test_an_empty_select_is_none(play: Play) -> None:
    whole = rows(play, f"{SHOP}/sales/ShippingMethods")
    assert rows(play, f"{SHOP}/sales/ShippingMethods?$select=&$filter=&$orderby=&$expand=") == whole


@pytest.mark.parametrize("path", ["system/Divisions", "hrm/Divisions"])
def test_the_divisions_without_select_by_filter_by_key_and_counted(play: Play, path: str) -> None:
    assert [row["Code"] for row in rows(play, f"{SHOP}/{path}")] == [SHOP, WHOLESALE]
    assert [row["Code"] for row in rows(play, f"{SHOP}/{path}?$filter=Code eq {WHOLESALE}&$top=1")] == [WHOLESALE]
    assert ask(play, f"{SHOP}/{path}({WHOLESALE})?$select=Code").json()["d"]["Code"] == WHOLESALE
    assert ask(play, f"{SHOP}/{path}/$count").text == "2"
    assert ask(play, f"{SHOP}/{path}?$select=Code&$inlinecount=allpages&$top=1").json()["d"]["__count"] == "2"
    assert play.get(f"{path}(1)", select="Code").status_code == 404
    assert "Nonsense" in message(play.get(path, orderby="Nonsense"))


@pytest.mark.parametrize(
    "path",
    ["inventory/Warehouses", "sales/ShippingMethods", "documents/DocumentTypes", "webhooks/WebhookSubscriptions"],
)
def test_small_lists_need_no_select(play: Play, path: str) -> None:
    assert isinstance(rows(play, f"{SHOP}/{path}"), list)


@pytest.mark.parametrize(
    "literal",
    [
        f"OrderID eq guid'{ORDER}'",
        f"OrderID+eq+guid%27{ORDER}%27",
        f"OrderID%20eq%20guid%20'{ORDER}'",
        f"(OrderID eq GUID'{ORDER.upper()}') and Created ge datetime'2020-01-31T00:00:00.000Z'",
        f"OrderID eq guid'{ORDER}' and Created lt datetime'2099-01-31T00:00:00%2B02:00'",
        f"OrderID eq guid'{ORDER}' and hour(Created) ge 0 and floor(AmountDC) gt 0",
        "OrderNumber eq 20001L and substring(OrderedByName,0,1) ne ''",
    ],
)
def test_filters_in_their_many_spellings(play: Play, literal: str) -> None:
    """Also the order that PHP's http_build_query and Python's urlencode put things in."""
    for query in (f"$filter={literal}&$select=OrderNumber", f"%24top=1&%24select=OrderNumber&%24filter={literal}"):
        assert [row["OrderNumber"] for row in rows(play, f"{SHOP}/salesorder/SalesOrders?{query}")] == [20001]


@pytest.mark.parametrize("filter", ["Blocked eq false", "IsSales eq true", "SearchCode ne 'x'"])
def test_accounts_by_every_field_that_the_live_refusal_names(play: Play, filter: str) -> None:
    rows(play, f"{SHOP}/crm/Accounts?$filter={filter}&$select=ID")
    refused = message(play.get("crm/Accounts", select="ID"))
    assert "in the url:Accountant,AccountManager,AddressLine1," in refused and refused.endswith(",VATNumber.")


def test_lines_along_the_way_and_counted(play: Play) -> None:
    way = f"{SHOP}/salesorder/SalesOrders(guid'{ORDER}')/SalesOrderLines"
    lines = rows(play, way)
    assert ask(play, f"{way}/$count").text == str(len(lines))
    assert ask(play, f"{way}?$inlinecount=allpages&$select=ID").json()["d"]["__count"] == str(len(lines))


def test_keys_of_the_app_as_a_basic_header_alone(play: Play) -> None:
    form = {"grant_type": "authorization_code", "code": play.code(), "redirect_uri": REDIRECT}
    address = f"{play.exact.url}/api/oauth2/token"
    assert requests.post(address, data=form, auth=(CLIENT_ID, CLIENT_SECRET)).json()["expires_in"] == "600"
    play.sign_in()


def test_atom_has_iso_dates_types_collections_and_the_next_page(play: Play) -> None:
    query = "$filter=Status eq 12&$select=OrderID,OrderDate,AmountDC,YourRef,SalesOrderLines/ID"
    path = f"{SHOP}/salesorder/SalesOrders?{query}&$expand=SalesOrderLines&$inlinecount=allpages"
    feed = ElementTree.fromstring(ask(play, path, Accept="*/*").text)
    assert int(feed.findtext(f"{META}count") or 0) > 0
    first = feed.find(f"{ATOM}entry/{ATOM}content/{META}properties")
    assert first is not None
    assert len(first.findtext(f"{SERVICES}OrderDate") or "") == len("2026-03-04T00:00:00")
    kinds = {field.tag.removeprefix(SERVICES): field.get(f"{META}type") for field in first}
    assert kinds == {"OrderID": "Edm.Guid", "OrderDate": "Edm.DateTime", "AmountDC": "Edm.Double", "YourRef": None}
    assert feed.findall(f"{ATOM}entry/{ATOM}link/{META}inline/{ATOM}feed/{ATOM}entry")
    shown = ask(play, f"{SHOP}/salesorder/SalesOrders(guid'{ORDER}')", Accept="*/*").text
    deferred = ElementTree.fromstring(shown).find(f"{ATOM}link[@title='SalesOrderLines']")
    assert deferred is not None and deferred.get("href", "").endswith(f"SalesOrders(guid'{ORDER}')/SalesOrderLines")


def test_atom_links_to_the_next_page(play: Play) -> None:
    seen, address = 0, f"{SHOP}/salesorder/SalesOrderLines?$filter=LineNumber gt 0&$select=ID&$orderby=OrderNumber"
    while address:
        feed = ElementTree.fromstring(ask(play, address, Accept="application/atom+xml").text)
        seen += len(feed.findall(f"{ATOM}entry"))
        following = feed.find(f"{ATOM}link[@rel='next']")
        address = "" if following is None else following.get("href", "").partition("/api/v1/")[2]
    assert seen == len(play.books.table(SHOP, "SalesOrderLines").rows) > 60


def test_the_long_tail_of_fields_that_clients_name_can_be_selected(play: Play) -> None:
    """Leaving one out of the played Exact would fail a whole request of theirs."""
    me = "UserID,DossierDivision,EmployeeID,IsClientUser,IsMyFirmPortalUser,IsStarterUser,Legislation"
    (row,) = rows(play, f"current/Me?$select={me}")
    assert row["IsClientUser"] is False and isinstance(row["Legislation"], int)
    divisions = "Hid,Current,IsDossierDivision,IsHRDivision,ShareCapital,SbiCode,DatevClientNumber"
    assert {row["Hid"] for row in rows(play, f"{SHOP}/system/Divisions?$select={divisions}")} == {SHOP, WHOLESALE}
    accounts = "BRIN,Classification,Currency,Document,DunsNumber,IsBank,IsMember,IsPurchase,Source,StatusSince"
    assert rows(play, f"{SHOP}/crm/Accounts?$select={accounts}&$filter=Blocked eq false and IsBank eq false")
    items = "AssembledLeadDays,BatchQuantity,GLCostsWorkInProgress,IsRegistrationCodeItem,Picture,UseExplosion"
    assert rows(play, f"{SHOP}/logistics/Items?$select={items}&$filter=IsStockItem eq true")


def test_a_record_is_named_by_a_key_of_its_own_kind(play: Play) -> None:
    query = "modified=datetime'2020-01-01'&endPoint='SalesOrderHeaders'"
    (row,) = ask(play, f"{SHOP}/read/sync/Sync/SyncTimestamp?{query}").json()["d"]
    assert "SyncTimestamp(datetime'20" in row["__metadata"]["uri"]
    assert rows(play, f"{SHOP}/documents/DocumentTypes")[0]["__metadata"]["uri"].endswith("DocumentTypes(10)")

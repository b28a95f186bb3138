"""Answers as Atom, for a client that did not ask for JSON.

Documented: without `Accept: application/json` the answer is Atom XML. Its form follows OData version 2: dates are
ISO here, a collection is a link, an expanded one an inline feed, the next page a link of the feed.
"""

import re
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from webapp.demo.exact.books import Row
from webapp.demo.exact.entities import ENDPOINTS, Endpoint

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
SERVICES = "http://schemas.microsoft.com/ado/2007/08/dataservices"
NAMESPACES = f'xmlns="http://www.w3.org/2005/Atom" xmlns:d="{SERVICES}" xmlns:m="{SERVICES}/metadata"'
EDM = {"guid": "Guid", "int": "Int32", "int64": "Int64", "byte": "Byte", "double": "Double", "bool": "Boolean"}
EDM |= {"date": "DateTime", "time": "DateTime", "binary": "Binary"}
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(shown: Any, endpoint: Endpoint, extra: Row) -> str:
    """Rows or one row, as they are shown in JSON, as a feed or an entry."""
    if isinstance(shown, list):
        return HEAD + feed(shown, endpoint, extra, NAMESPACES)
    return HEAD + entry(shown, endpoint, NAMESPACES)


def feed(rows: list[Row], endpoint: Endpoint, extra: Row, namespaces: str = "") -> str:
    count = f"<m:count>{extra['__count']}</m:count>" if "__count" in extra else ""
    following = f"<link rel={quoteattr('next')} href={quoteattr(extra['__next'])}/>" if "__next" in extra else ""
    entries = "".join(entry(row, endpoint) for row in rows)
    return f"<feed {namespaces}><title type='text'>{endpoint.name}</title>{count}{entries}{following}</feed>"


def entry(row: Row, endpoint: Endpoint, namespaces: str = "") -> str:
    meta = row.get("__metadata", {"uri": "", "type": endpoint.model})
    plain = [(name, value) for name, value in row.items() if not isinstance(value, dict)]
    values = "".join(property_of(name, value, endpoint.fields.get(name, "text")) for name, value in plain)
    collections = [(name, value) for name, value in row.items() if isinstance(value, dict) and name != "__metadata"]
    links = "".join(link(name, value, meta["uri"], endpoint) for name, value in collections)
    return (
        f"<entry {namespaces}><id>{escape(meta['uri'])}</id><title/><author><name/></author>"
        f"<category term={quoteattr(meta['type'])} scheme={quoteattr(SERVICES + '/scheme')}/>{links}"
        f'<content type="application/xml"><m:properties>{values}</m:properties></content></entry>'
    )


def property_of(name: str, value: Any, kind: str) -> str:
    edm = f' m:type="Edm.{EDM[kind]}"' if kind in EDM else ""
    if value is None:
        return f'<d:{name}{edm} m:null="true"/>'
    return f"<d:{name}{edm}>{escape(NOT_XML.sub('', words(value)))}</d:{name}>"


def words(value: Any) -> str:
    """A value of the JSON answer as XML Schema writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if match := re.fullmatch(r"/Date\((-?\d+)\)/", str(value)):
        moment = datetime.fromtimestamp(int(match[1]) / 1000, UTC).replace(tzinfo=None)
        return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return str(value)


def link(name: str, value: Row, uri: str, endpoint: Endpoint) -> str:
    """A collection: where it is, and when it was expanded what is in it."""
    start = (
        f"<link rel={quoteattr(f'{SERVICES}/related/{name}')} type='application/atom+xml;type=feed' "
        f"title={quoteattr(name)} href={quoteattr(f'{uri}/{name}')}"
    )
    if "results" not in value:
        return f"{start}/>"
    inner = feed(value["results"], ENDPOINTS[endpoint.collections[name].path], value)
    return f"{start}><m:inline>{inner}</m:inline></link>"

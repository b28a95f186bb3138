"""Sendcloud's own OpenAPI documents, to hold requests and answers against.

The documents are not part of this project. They are looked for in `SENDCLOUD_OPENAPI_DIR`, by
default in `../shared/sendcloud-openapi` beside the checkout.

    documents.request_errors("POST", "/api/v3/orders", body)         -> [] or what is wrong
    documents.answer_errors("POST", "/api/v3/orders", 201, answer)   -> [] or what is wrong
    documents.webhook_errors("ParcelStatusChanged", body)            -> [] or what is wrong

Where the documents contradict themselves, `CONTRADICTIONS` says what is let pass and why.
"""

import json
import os
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("SENDCLOUD_OPENAPI_DIR") or ROOT.parent / "shared" / "sendcloud-openapi")

# The first document that has the path is asked. The merged ones are older and come last.
DOCUMENTS = {
    "/api/v3": (
        "sendcloud-v3-ship-an-order-openapi.yml",
        "sendcloud-v3-orders-openapi.yml",
        "sendcloud-v3-integrations-openapi.yml",
        "sendcloud-v3-parcel-documents-openapi.yml",
        "sendcloud-v3-service-points-openapi.yml",
        "sendcloud-v3-parcel-tracking-openapi.yml",
        "sendcloud-shipments-openapi.yml",
        "toppynl-v3-merged-openapi.json",
    ),
    "/api/v2": (
        "sendcloud-v2-integrations-openapi.yml",
        "sendcloud-v2-parcels-openapi.yml",
        "sendcloud-v2-labels-openapi.yml",
        "sendcloud-v2-parcel-documents-openapi.yml",
        "toppynl-v2-merged-openapi.json",
    ),
}
BASE = "urn:sendcloud"
WEBHOOKS = "sendcloud-v3-webhooks-openapi.yml"

# (document, place in the value, rule that is broken): why it does not count. A `*` is any step.
CONTRADICTIONS = {
    ("sendcloud-shipments-openapi.yml", "data", "minItems"): "no result is an empty list, whatever it says",
    ("sendcloud-v3-webhooks-openapi.yml", "parcel/address_divided/house_number", "type"): (
        "a whole number here, text in the parcel it says it equals; numbers like 12a exist"
    ),
    ("sendcloud-v2-parcels-openapi.yml", "next", "type"): "an address or null, not a whole number",
    ("sendcloud-v2-parcels-openapi.yml", "previous", "type"): "likewise",
    ("sendcloud-v3-webhooks-openapi.yml", "parcel/email", "format"): "empty when there is none, as in v2",
    ("toppynl-v3-merged-openapi.json", "errors/*/code", "enum"): "parcel statuses and keys have codes of their own",
}

formats = FormatChecker(formats=("date", "email", "ipv4"))


@formats.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    """RFC 3339, which demands a zone."""
    if not isinstance(value, str):
        return True
    return len(value) > 10 and datetime.fromisoformat(value).tzinfo is not None


def missing() -> str:
    """Why the documents cannot be used, or empty."""
    there = (FOLDER / WEBHOOKS).is_file()
    return "" if there else f"Sendcloud's OpenAPI documents are not in {FOLDER} (set SENDCLOUD_OPENAPI_DIR)"


class Document:
    """One OpenAPI document, 3.1 or 3.0."""

    def __init__(self, name: str):
        self.name = name
        text = (FOLDER / name).read_text(encoding="utf-8")
        self.content = (
            json.loads(text)
            if name.endswith("json")
            else yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        )
        # Some documents that say 3.1 still write 3.0's `nullable`.
        self.content = with_whole_references(with_null_in_enums(as_3_1(self.content)))
        resource = DRAFT202012.create_resource(self.content)
        self.registry: Registry = Registry().with_resource(BASE, resource)

    def resolve(self, node: Any) -> Any:
        while isinstance(node, dict) and "$ref" in node:
            target = self.content
            for step in node["$ref"].removeprefix(f"{BASE}#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    @cached_property
    def templates(self) -> list[tuple[re.Pattern[str], str]]:
        """Path templates as patterns; those with the fewest blanks are tried first."""
        paths = sorted(self.content.get("paths", {}), key=lambda path: path.count("{"))
        return [(re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(path)) + "/?"), path) for path in paths]

    def operation(self, method: str, path: str) -> tuple[int, Any] | None:
        """The operation, and how many blanks its template has."""
        for pattern, template in self.templates:
            if pattern.fullmatch(path) and method.lower() in self.content["paths"][template]:
                return template.count("{"), self.content["paths"][template][method.lower()]
        return None

    def errors(self, schema: Any, value: Any) -> list[str]:
        validator = Draft202012Validator(schema, registry=self.registry, format_checker=formats)
        return [said(error) for error in validator.iter_errors(value) if not self.is_let_pass(error)]

    def is_let_pass(self, error: ValidationError) -> bool:
        """Whether this, or everything below it, is a contradiction of the document."""
        place = list(map(str, error.absolute_path))
        for name, where, rule in CONTRADICTIONS:
            steps = where.split("/")
            same = len(steps) == len(place) and all(s in ("*", p) for s, p in zip(steps, place, strict=True))
            if name == self.name and rule == error.validator and same:
                return True
        return False


def with_whole_references(node: Any) -> Any:
    """References that keep their meaning when a part is taken out of the document."""
    if isinstance(node, list):
        return [with_whole_references(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    return {
        name: f"{BASE}{entry}" if name == "$ref" and isinstance(entry, str) else with_whole_references(entry)
        for name, entry in node.items()
    }


def with_null_in_enums(node: Any) -> Any:
    """Where the type allows null and the enum forgot it, null is meant: samples and texts show it."""
    if isinstance(node, list):
        return [with_null_in_enums(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    node = {name: with_null_in_enums(entry) for name, entry in node.items()}
    types, values = node.get("type"), node.get("enum")
    if isinstance(types, list) and "null" in types and isinstance(values, list) and None not in values:
        node["enum"] = [*values, None]
    return node


def as_3_1(node: Any) -> Any:
    """3.0's `nullable` and its boolean exclusive limits in the words of 3.1."""
    if isinstance(node, list):
        return [as_3_1(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    node = {name: as_3_1(entry) for name, entry in node.items()}
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    elif isinstance(node.get("enum"), list) and None in node["enum"] and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(node.get(exclusive), bool):
            if node.pop(exclusive):
                node[exclusive] = node.pop(limit)
    return node


def said(error: ValidationError) -> str:
    return f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


@cache
def document(name: str) -> Document:
    return Document(name)


def find(method: str, path: str) -> tuple[Document, Any]:
    """The document and the operation for a request to `path` of the real service.

    A path without blanks goes before one with: `/parcels/statuses` is not `/parcels/{id}`.
    """
    for prefix, names in DOCUMENTS.items():
        if not path.startswith(prefix + "/"):
            continue
        found = []
        for name in names:
            if operation := document(name).operation(method, path.removeprefix(prefix).partition("?")[0]):
                found.append((operation[0], name, operation[1]))
                if operation[0] == 0:
                    break
        if found:
            _, name, best = min(found, key=lambda one: one[0])
            return document(name), best
    raise LookupError(f"no document has {method} {path}")


def request_schema(method: str, path: str) -> tuple[Document, Any]:
    found, operation = find(method, path)
    body = found.resolve(operation["requestBody"])
    return found, body["content"]["application/json"]["schema"]


def request_errors(method: str, path: str, body: Any) -> list[str]:
    """What the document has against this JSON request body."""
    found, schema = request_schema(method, path)
    return found.errors(schema, body)


def request_samples(method: str, path: str) -> dict[str, Any]:
    """The document's own samples of the request body, by name."""
    found, operation = find(method, path)
    content = found.resolve(operation["requestBody"])["content"]["application/json"]
    return {name: found.resolve(sample)["value"] for name, sample in content.get("examples", {}).items()}


def answer_errors(method: str, path: str, status: int, body: Any) -> list[str]:
    """What the document has against this answer; `body` is parsed JSON, or None for an empty one."""
    found, operation = find(method, path)
    if str(status) not in operation["responses"]:
        return [] if status >= 400 else [f"the document knows no status {status}"]
    response = found.resolve(operation["responses"][str(status)])
    schema = response.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return [] if body is None or status >= 400 else ["the document knows no JSON body here"]
    if status >= 400 and found.resolve(schema).get("type") == "array" and isinstance(body, dict):
        body = body["errors"]  # the schema shows the bare list, every sample the object around it
    return found.errors(schema, body)


def webhook_errors(name: str, body: Any) -> list[str]:
    found = document(WEBHOOKS)
    content = found.content["webhooks"][name]["post"]["requestBody"]["content"]
    return found.errors(content["application/json"]["schema"], body)


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Every place in a JSON value, for tests that change one of them."""
    if path:
        yield path
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, entry in steps:
        yield from places(entry, (*path, step))

"""`$filter` as Exact takes it: text to a tree, and a tree to a test on rows.

Documented (Exact's OData page): no filter on navigation properties and no field against field. The wording
of syntax errors follows WCF Data Services, which Exact's answers resemble (seen).
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

Node = tuple[Any, ...]


class ODataError(ValueError):
    """The query cannot be understood or is not allowed; the text is what the client gets."""


TOKEN = re.compile(
    r"""\s*(?:
    (?P<guid>guid\s*'[^']*')  # seen: a client that puts a space between
  | (?P<datetime>datetime'[^']*')
  | (?P<text>'(?:[^']|'')*')
  | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[LlDdMmFf]?)
  | (?P<name>[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)
  | (?P<sign>[(),])
    )""",
    re.X | re.I,
)
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.I)
DATETIME = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)?)?$", re.ASCII)

DEEPEST = 100  # WCF too stops where a filter is nested too deep
COMPARE = {"eq", "ne", "gt", "ge", "lt", "le"}
# name -> (kinds of the arguments, kind of the answer)
FUNCTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "substringof": (("text", "text"), "bool"),
    "startswith": (("text", "text"), "bool"),
    "endswith": (("text", "text"), "bool"),
    "tolower": (("text",), "text"),
    "toupper": (("text",), "text"),
    "trim": (("text",), "text"),
    "length": (("text",), "number"),
    "indexof": (("text", "text"), "number"),
    "replace": (("text", "text", "text"), "text"),
    "substring": (("text", "number", "number"), "text"),
    "concat": (("text", "text"), "text"),
    **{part: (("datetime",), "number") for part in ("year", "month", "day", "hour", "minute", "second")},
    **{name: (("number",), "number") for name in ("round", "floor", "ceiling")},
}
LEAST_ARGUMENTS = {"substring": 2}
KINDS = {"int": "number", "byte": "number", "double": "number", "int64": "number", "date": "datetime"}
KINDS |= {"time": "datetime", "guid": "guid", "text": "text", "bool": "bool", "binary": "binary"}
EDM = {"number": "Edm.Double", "datetime": "Edm.DateTime", "guid": "Edm.Guid", "text": "Edm.String"}
EDM |= {"bool": "Edm.Boolean", "binary": "Edm.Binary", "null": "null"}


def parse_datetime(text: str) -> datetime:
    """`2026-01-31` or `2026-01-31T13:45:00[.1234567]`. Seen: a zone is accepted but shifted to UTC, as in a body."""
    if not DATETIME.match(text):
        raise ODataError(f"Unrecognized 'Edm.DateTime' literal 'datetime'{text}''.")
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d", r"\1", text))
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise ODataError(f"Unrecognized 'Edm.DateTime' literal 'datetime'{text}''.") from None


class Parser:
    """Recursive descent over one `$filter`; `kinds` maps the entity's field names to their kinds."""

    def __init__(self, text: str, kinds: dict[str, str], model: str):
        self.text, self.kinds, self.model = text, kinds, model
        self.tokens = self._tokens()
        self.place = 0
        self.depth = 0

    def _tokens(self) -> list[tuple[str, str, int]]:
        tokens, at = [], 0
        end = len(self.text.rstrip())
        while at < end:
            match = TOKEN.match(self.text, at)
            if not match:
                at = len(self.text) - len(self.text[at:].lstrip())
                raise ODataError(f"Syntax error at position {at}.")
            kind = match.lastgroup or ""
            tokens.append((kind, match.group(kind), match.start(kind)))
            at = match.end()
        return [*tokens, ("end", "", end)]

    def parse(self) -> Node:
        node = self._or()
        if self._kind() != "end":
            raise ODataError(f"Syntax error at position {self._at()}.")
        self._must_be(node, "bool")
        return node

    def _kind(self) -> str:
        return self.tokens[self.place][0]

    def _word(self) -> str:
        return self.tokens[self.place][1]

    def _at(self) -> int:
        return self.tokens[self.place][2]

    def _take(self, word: str) -> None:
        if self._word() != word:
            what = "')' or operator" if word == ")" else f"'{word}'"
            raise ODataError(f"{what} expected at position {self._at()}.")
        self.place += 1

    def _inside(self, part: Callable[[], Node]) -> Node:
        """What stands in brackets or behind `not`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ODataError("Recursion limit reached.")
        node = part()
        self.depth -= 1
        return node

    def _or(self) -> Node:
        left = self._and()
        while self._word() == "or":
            self.place += 1
            left = ("or", self._bool(left), self._bool(self._and()))
        return left

    def _and(self) -> Node:
        left = self._not()
        while self._word() == "and":
            self.place += 1
            left = ("and", self._bool(left), self._bool(self._not()))
        return left

    def _not(self) -> Node:
        if self._word() == "not":
            self.place += 1
            return ("not", self._bool(self._inside(self._not)))
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._operand()
        if self._kind() == "name" and self._word() in COMPARE:
            operator, at = self._word(), self._at()
            self.place += 1
            right = self._operand()
            self._comparable(operator, left, right, at)
            return ("compare", operator, left, right)
        return left

    def _operand(self) -> Node:
        kind, word, at = self.tokens[self.place]
        if word == "(":
            self.place += 1
            node = self._inside(self._or)
            self._take(")")
            return node
        self.place += 1
        if kind == "name":
            return self._name(word, at)
        return self._literal(kind, word, at)

    def _literal(self, kind: str, word: str, at: int) -> Node:
        if kind == "text":
            return ("literal", "text", word[1:-1].replace("''", "'"))
        if kind == "guid":
            value = word.partition("'")[2].rstrip("'")
            if not GUID.match(value):
                raise ODataError(f"Unrecognized 'Edm.Guid' literal '{word}' in '{at}'.")
            return ("literal", "guid", value.lower())
        if kind == "datetime":
            return ("literal", "datetime", parse_datetime(word[9:-1]))
        if kind == "number":
            digits = word.rstrip("LlDdMmFf")
            return ("literal", "number", float(digits) if set(digits) & set(".eE") else int(digits))
        raise ODataError(f"Expression expected at position {at}.")

    def _name(self, word: str, at: int) -> Node:
        if word in ("true", "false"):
            return ("literal", "bool", word == "true")
        if word == "null":
            return ("literal", "null", None)
        if self._word() == "(":
            return self._call(word, at)
        if "/" in word:
            raise ODataError("Filter on navigation property is not supported.")
        if word not in self.kinds:
            raise ODataError(f"No property '{word}' exists in type '{self.model}' at position {at}.")
        if self.kinds[word] == "collection":
            raise ODataError("Filter on navigation property is not supported.")
        return ("field", KINDS[self.kinds[word]], word)

    def _call(self, name: str, at: int) -> Node:
        if name not in FUNCTIONS:
            raise ODataError(f"Unknown function '{name}' at position {at}.")
        self._take("(")
        arguments = [self._inside(self._or)]
        while self._word() == ",":
            self.place += 1
            arguments.append(self._inside(self._or))
        self._take(")")
        wanted, answer = FUNCTIONS[name]
        given = tuple(kind_of(a) for a in arguments)
        if given != wanted[: len(given)] or len(given) < LEAST_ARGUMENTS.get(name, len(wanted)):
            raise ODataError(f"No applicable function found for '{name}' at position {at}.")
        return ("call", answer, name, arguments)

    def _comparable(self, operator: str, left: Node, right: Node, at: int) -> None:
        if left[0] == right[0] == "field":
            raise ODataError("Comparing a property with another property is not supported.")
        kinds = {kind_of(left), kind_of(right)} - {"null"}
        ordered = operator in ("eq", "ne") or not kinds & {"bool", "guid"}
        if len(kinds) > 1 or not ordered or "binary" in kinds:
            names = f"'{EDM[kind_of(left)]}' and '{EDM[kind_of(right)]}'"
            raise ODataError(f"Operator '{operator}' incompatible with operand types {names} at position {at}.")

    def _bool(self, node: Node) -> Node:
        self._must_be(node, "bool")
        return node

    def _must_be(self, node: Node, kind: str) -> None:
        if kind_of(node) != kind:
            raise ODataError(f"Expression of type 'System.Boolean' expected at position {self._at()}.")


def kind_of(node: Node) -> str:
    return "bool" if node[0] in ("or", "and", "not", "compare") else node[1]


def parse_filter(text: str, kinds: dict[str, str], model: str) -> Node:
    return Parser(text, kinds, model).parse()


def fields_of(node: Node) -> set[str]:
    """The names of all fields that a filter reads."""
    if node[0] == "field":
        return {node[2]}
    parts = [part for part in node[1:] if isinstance(part, tuple)]
    parts += [part for group in node if isinstance(group, list) for part in group]
    return set().union(*(fields_of(part) for part in parts)) if parts else set()


def compile_filter(node: Node, reader: Callable[[str], Callable[[dict], Any]]) -> Callable[[dict], Any]:
    """A function that says whether a row passes. `reader(field)` returns what reads that field from a row."""
    kind = node[0]
    if kind == "literal":
        value = node[2].rstrip() if node[1] == "text" else node[2]
        return lambda row: value
    if kind == "field":
        return compile_field(node, reader)
    if kind == "call":
        return compile_call(node, reader)
    if kind == "not":
        inner = compile_filter(node[1], reader)
        return lambda row: not inner(row)
    if kind == "compare":
        return compile_compare(node, reader)
    left, right = compile_filter(node[1], reader), compile_filter(node[2], reader)
    if kind == "and":
        return lambda row: left(row) and right(row)
    return lambda row: left(row) or right(row)


def compile_field(node: Node, reader: Callable[[str], Callable[[dict], Any]]) -> Callable[[dict], Any]:
    read = reader(node[2])
    if node[1] != "text":
        return read

    def read_text(row: dict) -> Any:
        # SQL Server compares text without regard to spaces at the end: Country eq 'NL' finds "NL ".
        value = read(row)
        return value.rstrip() if value is not None else None

    return read_text


def compile_compare(node: Node, reader: Callable[[str], Callable[[dict], Any]]) -> Callable[[dict], Any]:
    operator = node[1]
    left, right = compile_filter(node[2], reader), compile_filter(node[3], reader)
    if operator == "eq":
        return lambda row: left(row) == right(row)
    if operator == "ne":
        return lambda row: left(row) != right(row)
    test: Callable[[Any, Any], bool] = {
        "gt": lambda a, b: a > b,
        "ge": lambda a, b: a >= b,
        "lt": lambda a, b: a < b,
        "le": lambda a, b: a <= b,
    }[operator]

    def ordered(row: dict) -> bool:
        a, b = left(row), right(row)
        return a is not None and b is not None and test(a, b)

    return ordered


def compile_call(node: Node, reader: Callable[[str], Callable[[dict], Any]]) -> Callable[[dict], Any]:
    arguments = [compile_filter(argument, reader) for argument in node[3]]
    function = CALLS[node[2]]

    def call(row: dict) -> Any:
        values = [argument(row) for argument in arguments]
        return None if None in values else function(*values)

    return call


def substring(text: str, start: float, length: float = math.inf) -> str:
    """From `start`, counted from 0; a place that is not there yields nothing."""
    first = max(int(start), 0)
    return text[first:] if length == math.inf else text[first : first + max(int(length), 0)]


CALLS: dict[str, Callable[..., Any]] = {
    "substringof": lambda part, whole: part in whole,
    "startswith": lambda whole, part: whole.startswith(part),
    "endswith": lambda whole, part: whole.endswith(part),
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": str.strip,
    "length": len,
    "indexof": lambda whole, part: whole.find(part),
    "replace": lambda text, old, new: text.replace(old, new) if old else text,
    "substring": substring,
    "concat": lambda one, other: one + other,
    **{part: attrgetter(part) for part in ("year", "month", "day", "hour", "minute", "second")},
    "round": round,
    "floor": math.floor,
    "ceiling": math.ceil,
}


def wanted_values(node: Node, name: str) -> list[Any] | None:
    """The values that field `name` must have one of for the filter to pass, when the filter says so.

    This lets a list of ids be looked up instead of searched for.
    """
    if node[0] == "compare" and node[1] == "eq":
        for one, other in ((node[2], node[3]), (node[3], node[2])):
            if one[0] == "field" and one[2] == name and other[0] == "literal":
                return [other[2]]
    if node[0] == "and":
        left = wanted_values(node[1], name)
        return left if left is not None else wanted_values(node[2], name)
    if node[0] == "or":
        left, right = wanted_values(node[1], name), wanted_values(node[2], name)
        return left + right if left is not None and right is not None else None
    return None

"""The words of Sendcloud's two kinds of validators, for what `rules.py` finds.

Orders and Ship an Order answer code `invalid` for nearly all (samples in the Orders and Ship an
Order documents); Shipments and Integrations answer `required`, `null`, `invalid_choice`, ...
(sample in the Shipments document). Texts not shown in a sample follow the same libraries' habit.
"""

from typing import Any

from webapp.demo.sendcloud.errors import Refused, problem
from webapp.demo.sendcloud.rules import Path, Rule, Wrong, check

ORDERS = {
    "required": ("invalid", "Field required"),
    "unknown": ("unknown_field", "Extra inputs are not permitted"),
    "null": ("invalid", "Input should not be null"),
    "string": ("invalid", "Input should be a valid string"),
    "integer": ("invalid", "Input should be a valid integer"),
    "number": ("invalid", "Input should be a valid number"),
    "boolean": ("invalid", "Input should be a valid boolean"),
    "object": ("invalid", "Input should be a valid dictionary"),
    "list": ("invalid", "Input should be a valid list"),
    "short": ("invalid", "String should have at least {0} character"),
    "long": ("invalid", "String should have at most {0} characters"),
    "above": ("invalid", "Input should be greater than {0}"),
    "least": ("invalid", "Input should be greater than or equal to {0}"),
    "choice": ("invalid", "Input should be {0}"),
    "few": ("invalid", "List should have at least {0[0]} item after validation, not {0[1]}"),
    "many": ("invalid", "List should have at most {0[0]} items after validation, not {0[1]}"),
    "twice": ("invalid", "List should not have the same item twice"),
    "one_of": ("invalid", "Exactly one of {0} should be given"),
    "any_of": ("invalid", "At least one of {0} should be given"),
    "moment": ("invalid", "Input should be a valid datetime"),
    "day": ("invalid", "Input should be a valid date"),
    "email": ("invalid", "value is not a valid email address"),
    "url": ("invalid", "Input should be a valid URL"),
    "amount": ("invalid", "String should be a decimal number"),
    "country": ("invalid", '"{0}" is not a valid country code'),
    "pattern": ("invalid", "String should match the expected pattern"),
}

SHIPMENTS = ORDERS | {
    "required": ("required", "This field is required."),
    "unknown": ("unknown_field", "Unknown field."),
    "null": ("null", "This field may not be null."),
    "string": ("invalid", "Not a valid string."),
    "integer": ("invalid", "A valid integer is required."),
    "number": ("invalid", "A valid number is required."),
    "boolean": ("invalid", "Must be a valid boolean."),
    "object": ("invalid", "Invalid data. Expected a dictionary."),
    "list": ("not_a_list", "Expected a list of items."),
    "short": ("invalid", "This field may not be blank."),
    "long": ("invalid", "Ensure this field has no more than {0} characters."),
    "above": ("min_value", "Ensure this value is greater than {0}."),
    "least": ("min_value", "Ensure this value is greater than or equal to {0}."),
    "choice": ("invalid_choice", "This is not a valid choice. Choose {0}."),
    "few": ("invalid", "Ensure this field has at least {0[0]} elements."),
    "many": ("invalid", "Ensure this field has no more than {0[0]} elements."),
}


def words(limit: Any) -> Any:
    """A tuple of names becomes 'a', 'b' or 'c'; other limits stay."""
    if not isinstance(limit, tuple) or not all(isinstance(name, str) for name in limit):
        return limit
    quoted = [f"'{name}'" for name in limit]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def pointer(root: str, path: Path) -> str:
    return "/".join([root, *(str(step) for step in path)])


def said(wrong: Wrong, dialect: dict[str, tuple[str, str]], root: str) -> list[dict[str, Any]]:
    """The `errors` for what was found, pointers starting at `root`."""
    errors = []
    for path, kind, limit in wrong:
        code, detail = dialect[kind]
        errors.append(problem(400, code, detail.format(words(limit)), pointer=pointer(root, path)))
    return errors


def demand(rule: Rule, value: Any, dialect: dict[str, tuple[str, str]], root: str) -> None:
    """Refuse the request with 400 and every mistake at once, or let it pass."""
    if wrong := check(rule, value):
        raise Refused(400, *said(wrong, dialect, root))

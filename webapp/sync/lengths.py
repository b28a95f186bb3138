"""How long the fields of an address may be, and where goes what is longer. Pure; nothing is cut off.

Sendcloud names these limits for an importer's address, and each carrier has narrower ones of its own, which it tells
when a label is asked for (https://sendcloud.dev/docs/addresses/address-field-limits).
"""

from collections.abc import Mapping

from webapp.sync.records import Problem

LONGEST = {
    "name": 75,
    "company_name": 50,
    "address_line_1": 150,
    "house_number": 20,
    "address_line_2": 150,
    "postal_code": 12,
    "city": 30,
    "phone_number": 20,
    "email": 320,
}
SPILL = ("company_name", "name", "address_line_1")  # what goes on in the second line of the address


def spilled(address: Mapping[str, str]) -> dict[str, str]:
    """The address with what is too long for name, company and street put in front of its second line."""
    over = []
    found = dict(address)
    for name in SPILL:
        if len(found.get(name, "")) > LONGEST[name]:
            found[name], rest = _cut(found[name], LONGEST[name])
            over.append(rest)
    if over:
        found["address_line_2"] = ", ".join(filter(None, [*over, found.get("address_line_2", "")]))
    return found


def _cut(text: str, most: int) -> tuple[str, str]:
    """Between two words where that leaves something, else inside one."""
    at = text.rfind(" ", 1, most + 1)
    at = at if at > most // 2 else most
    return text[:at].rstrip(), text[at:].strip()


def length_problems(address: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is still too long: to be shortened by a person before a label is bought."""
    return tuple(
        Problem("value_too_long", name, address[name][:200], {"most": str(most)})
        for name, most in LONGEST.items()
        if len(address.get(name, "")) > most
    )

"""Which field of the receiver a refusal of Sendcloud or a carrier is about, where only its sentence tells."""

import re

# What a pointer may end in that names no field.
WHOLE = ("", "order", "parcel", "shipping_address", "to_address", "address", "non_field_errors", "__all__")
RECEIVER = (
    "name", "company_name", "address_line_1", "address_line_2", "house_number", "postal_code", "city",
    "country_code", "state_province_code", "email", "phone_number",
)  # fmt: skip
V2_NAMES = {
    "address": "address_line_1",
    "address_2": "address_line_2",
    "country": "country_code",
    "country_state": "state_province_code",
    "to_state": "state_province_code",
    "telephone": "phone_number",
}
NAMED = re.compile(r"\W*(?:\w+\.)*(\w+)\W{0,2}:")
IN_WORDS = [
    (re.compile(rf"\b({words})\b", re.I), field)
    for words, field in [
        ("house[ _-]?number", "house_number"),
        ("postal[ _]?code|postcode|zip[ _]?code", "postal_code"),
        ("phone[ _]?number|telephone", "phone_number"),
        ("e-?mail( address)?", "email"),
    ]
]


def named(detail: str) -> str:
    """The field that a sentence is about where the pointer names only the order, or nothing: `house_number: This
    field may not be blank`, with the names of v2 as well."""
    found = NAMED.match(detail)
    name = found[1] if found else ""
    if name in RECEIVER:
        return name
    if name in V2_NAMES:
        return V2_NAMES[name]
    return next((field for pattern, field in IN_WORDS if pattern.search(detail)), "")

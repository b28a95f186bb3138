"""What Sendcloud or a carrier says when it refuses, in the words of the merchant.

They answer in English prose that differs per carrier. Known sentences get one of our own; of others the
original is shown as it is.
"""

import re
from typing import Any

from webapp.words.sentences import N_

Said = tuple[str, dict[str, Any]]  # a sentence and its values

# Per field, because "the" bends with the word in other languages.
MISSING = {
    "name": N_("The name is missing."),
    "company_name": N_("The company name is missing."),
    "address_line_1": N_("The street is missing."),
    "address_line_2": N_("The second address line is missing."),
    "house_number": N_("The house number is missing."),
    "postal_code": N_("The postal code is missing."),
    "city": N_("The city is missing."),
    "country_code": N_("The country is missing."),
    "state_province_code": N_("The state or province is missing."),
    "email": N_("The e-mail address is missing."),
    "phone_number": N_("The phone number is missing."),
    "hs_code": N_("An article has no HS code, which customs needs."),
    "country_of_origin": N_("An article has no country of origin, which customs needs."),
    "shipment_type": N_("The shipment type is missing, which customs needs."),
    "commercial_invoice_number": N_("The invoice number is missing, which customs needs."),
    "service_point_details": N_("The shipping method needs a service point, and the order has none."),
    "weight": N_("The weight is missing."),
}
SOMETHING_MISSING = N_("Something is missing: %(field)s.")
BLANK = re.compile(
    r"(can ?not|can't|may not|must not) be (blank|null|empty)|is required|field required|is missing|at least 1 char",
    re.I,
)
# What is said, and our sentence for it; groups of the pattern are its values.
KNOWN: list[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern, re.I), message)
    for pattern, message in [
        (r"house ?number .*(missing|invalid|required)", MISSING["house_number"]),
        (
            r"(no more than|at most) (?P<most>\d+) char",
            N_("Too long: %(field)s may have %(most)s characters at the most."),
        ),
        (r"postal code.* not valid|(invalid|wrong) post(al ?)?code", N_("The postal code does not fit the country.")),
        (r"not a valid country", N_("The country is not known to Sendcloud.")),
        (r"not a valid email|valid email address", N_("The e-mail address is not valid.")),
        (r"phone.*(not valid|invalid)|valid phone", N_("The phone number is not valid.")),
        (r"service point .*does not exist", N_("The chosen service point no longer exists.")),
        (r"service point is not available", N_("The chosen service point is closed or full.")),
        (r"service point support is not activated", N_("Service points are switched off in Sendcloud.")),
        (r"service point is not one of", N_("The chosen service point belongs to another carrier.")),
        (r"service point is in another country", N_("The chosen service point is in another country.")),
        (r"weight .*over|too heavy|maximum weight", N_("The parcel is too heavy for this shipping method.")),
        (r"not available from", N_("The shipping method does not go to this country.")),
        (
            r"shipping (option|method) is required|no shipping rule",
            N_("Sendcloud has no shipping method for this order: no shipping rule fits it."),
        ),
    ]
]


def plain(detail: str, field: str) -> Said | None:
    """Our sentence for what was said about a field (the last part of its path), None if it is not known."""
    name = re.split(r"[./]", field)[-1]
    if name == "service_point_details" and BLANK.search(detail):
        return MISSING[name], {}
    for pattern, message in KNOWN:
        found = pattern.search(detail)
        if found:
            return message, {"field": field, **found.groupdict()}
    if BLANK.search(detail):
        return (MISSING[name], {}) if name in MISSING else (SOMETHING_MISSING, {"field": field})
    return None

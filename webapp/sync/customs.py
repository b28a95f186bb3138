"""Where the customs union of the EU ends: territory, not membership. Pure.

Council Regulation (EU) 952/2013 (Union Customs Code), article 4, and Directive 2006/112/EC, article 6: some parts
of member states are outside the customs or the VAT territory, and a parcel to them carries a declaration.
"""

import re

LONGEST_HS_CODE = 12  # signs that Sendcloud takes, dots included
HEAVIEST = 1_000_000  # grams of one article
REPAIRABLE = ("hs_code", "country_of_origin", "weight")  # of an article, the weight in grams

UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split())

# Postcodes inside a member state that need customs papers: Canary Islands, Ceuta, Melilla; Büsingen and
# Helgoland; Livigno, Campione, and what people write as Italy: San Marino and the Vatican; Åland; the French
# overseas departments; Mount Athos; Greenland, written as Denmark.
OUTSIDE = {
    "ES": ("35", "38", "51", "52"),
    "DE": ("78266", "27498"),
    "IT": ("23041", "22061", "4789", "00120"),
    "DK": ("39",),
    "FI": ("22",),
    "FR": ("97", "984", "986", "987", "988"),
    "GR": ("63086", "63087"),
}


def in_customs_union(country: str, postcode: str) -> bool:
    """Whether a parcel from the EU goes there without a customs declaration. Countries as ISO-2."""
    signs = "".join(sign for sign in postcode if sign.isalnum()).upper()
    if country == "GB":
        return signs.removeprefix("GB").startswith("BT")  # Northern Ireland: goods follow the Union's rules
    digits = signs.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")  # "AX-22100" is Åland too
    return country in UNION and not digits.startswith(OUTSIDE.get(country, ("-",)))


def declared(home: str, country: str, postcode: str) -> bool:
    """Whether a parcel carries a customs declaration. `home` is the country it leaves from, "" or a member state
    for the EU; Great Britain has its own customs territory, with the Isle of Man but not the Channel Islands."""
    if home in ("", *UNION):
        return not in_customs_union(country, postcode)
    if home == "GB" and country in ("GB", "IM"):
        return postcode.strip().upper().startswith(("JE", "GY"))
    return home != country


def hs_code(text: str) -> str:
    """The commodity code in a text ("8215.99", "8712 00 30"): six digits or more, with dots between them; "" if
    it is none. The first six are the same all over the world (World Customs Organization, HS 2022)."""
    code = "".join(text.split())
    shaped = len(code) <= LONGEST_HS_CODE and re.fullmatch(r"[0-9]+(\.[0-9]+)*", code)
    return code if shaped and sum(sign.isdigit() for sign in code) >= 6 else ""


def repaired(name: str, text: str) -> str:
    """What a person put into a field of REPAIRABLE as it is kept; "" if it cannot be one."""
    if name == "hs_code":
        return hs_code(text)
    if name == "country_of_origin":
        return country(text)
    grams = text.strip()
    return grams if re.fullmatch("[0-9]{1,7}", grams) and 0 < int(grams) <= HEAVIEST else ""


def country(text: str) -> str:
    """An ISO 3166-1 alpha-2 code in a text, in capitals; "" if it has not the shape of one."""
    code = text.strip().upper()
    return code if re.fullmatch("[A-Z]{2}", code) else ""

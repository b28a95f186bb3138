"""Where the customs union of the EU ends: territory, not membership. Pure.

Council Regulation (EU) 952/2013 (Union Customs Code), article 4, and Directive 2006/112/EC, article 6: some parts
of member states are outside the customs or the VAT territory, and a parcel to them carries a declaration.
"""

UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split())

# Postcodes inside a member state that need customs papers: Canary Islands, Ceuta, Melilla; Büsingen and
# Helgoland; Livigno and Campione; Åland; the French overseas departments; Mount Athos.
OUTSIDE = {
    "ES": ("35", "38", "51", "52"),
    "DE": ("78266", "27498"),
    "IT": ("23041", "22061"),
    "FI": ("22",),
    "FR": ("97", "986", "987", "988"),
    "GR": ("63086", "63087"),
}


def in_customs_union(country: str, postcode: str) -> bool:
    """Whether a parcel from the EU goes there without a customs declaration. Countries as ISO-2."""
    signs = "".join(sign for sign in postcode if sign.isalnum()).upper()
    if country == "GB":
        return signs.removeprefix("GB").startswith("BT")  # Northern Ireland: goods follow the Union's rules
    digits = signs.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")  # "AX-22100" is Åland too
    return country in UNION and not digits.startswith(OUTSIDE.get(country, ("-",)))

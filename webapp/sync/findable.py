"""The words by which an order is found: small letters without accents, as one text. Pure.

One column on both kinds of database: SQLite walks it in an index, PostgreSQL can have a trigram index on it.
"""

from unicodedata import combining, normalize

LONGEST = 400
# Letters that are no base letter with a mark on it.
ALIKE = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "’": "'"})


def folded(text: str) -> str:
    """`Müller  Ødegård` as `muller odegard`: what is typed on any keyboard finds what is written in any way."""
    bare = "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
    return " ".join(bare.translate(ALIKE).split())


def words(customer: str, city: str, tracking: str = "") -> str:
    """What is searched of an order besides its number."""
    return " · ".join(filter(None, (folded(customer), folded(city), folded(tracking))))[:LONGEST]

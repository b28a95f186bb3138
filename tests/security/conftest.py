"""The played services, for what comes from them."""

from tests.journeys.conftest import as_admin, exact_books, fresh, moments, ready, signed_in, traveller, world  # noqa: F401

"""One blueprint per screen: a view parses, calls one function, renders."""

from webapp.views import exact, health, login, settings, setup, users

BLUEPRINTS = [
    health.blueprint,
    login.blueprint,
    setup.blueprint,
    exact.blueprint,
    settings.blueprint,
    users.blueprint,
]

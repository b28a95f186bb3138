"""One blueprint per screen: a view parses, calls one function, renders."""

from webapp.views import (
    configuration,
    connect,
    corrections,
    dashboard,
    divisions,
    exact,
    health,
    hooks,
    labels,
    login,
    logs,
    orders,
    settings,
    setup,
    users,
)

BLUEPRINTS = [
    health.blueprint,
    hooks.blueprint,
    login.blueprint,
    setup.blueprint,
    exact.blueprint,
    divisions.blueprint,
    connect.blueprint,
    configuration.blueprint,
    dashboard.blueprint,
    orders.blueprint,
    logs.blueprint,
    corrections.blueprint,
    labels.blueprint,
    settings.blueprint,
    users.blueprint,
]

"""The two outside services: one method per call. Only here are `requests`, Authlib and vendor JSON errors known.

Nothing here touches the database: tokens and budgets come in as small objects that `webapp/sync` keeps.
"""

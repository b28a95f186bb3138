"""Exact Online, played: the REST API with its login, limits, webhooks and a small screen for a person.

Facts that the code states are marked in docstrings as Exact documents them ("documented"), as seen
in independent clients ("seen"), or as a choice made here where nothing is known ("chosen").
"""

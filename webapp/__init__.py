"""Pakbon connects Exact Online with Sendcloud."""

__version__ = "0.1.0"

"""The two outside services, played on loopback: same rules, seeded data, fault switches.

A separate process reached over HTTP. Nothing in the product imports it and it imports nothing
from the product, so that it can be held against other people's clients as well.
"""

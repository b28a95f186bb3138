"""Codes in, words out. Sentences are kept under their codes; catalogues in webapp/translations have them in Dutch."""

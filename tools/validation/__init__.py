"""How far the laws hold: figures, tables and data of docs/background/validation, made by one command.

``.venv/bin/python -m tools.validation`` from the repository's root; the same numbers each time.
"""

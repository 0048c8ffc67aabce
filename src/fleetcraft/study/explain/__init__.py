"""Explaining a run: what binds, why a type is not bought, what more money buys, other plans, what would flip it."""

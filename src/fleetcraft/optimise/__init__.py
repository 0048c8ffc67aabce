"""Decide what to buy and where it serves, by mixed-integer linear programming."""

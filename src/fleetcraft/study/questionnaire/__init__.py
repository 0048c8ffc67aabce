"""A study file: what it asks, of which points, and what is taken from the answers."""

"""Plays a plan through time, many times, and measures what it watched; knows no solver.

A mission (plain values with ids) becomes a world (arrays in the order of ids); a player lets the kernel play it, one
replication at a time; the outcome holds every year's measures.
"""

"""Runs as folders: found again, written whole or not at all, locked, mended, indexed, verified."""

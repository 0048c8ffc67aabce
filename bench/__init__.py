"""Benchmarks: what is measured, against what, as a ratio a row; never timed tests."""

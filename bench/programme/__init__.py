"""The optimiser's benchmark: a synthetic two-stage programme and its rivals."""

"""A scenario of the size that the product must still plan for."""

"""The Patrol model: as a scenario for the product, as a SimPy program, and the product's event loop in C."""

"""The best of several plans, chosen by simulation with a guarantee."""

"""The rest decided anew from a later day, what changed and why, and the chain of such decisions."""

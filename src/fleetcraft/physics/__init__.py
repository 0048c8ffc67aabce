"""The laws of the model as pure functions: arrays in, arrays out, by broadcasting; no scenario, no state."""

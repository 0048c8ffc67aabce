"""Many pieces of work done by processes here or on other machines, each kept as soon as it is done."""

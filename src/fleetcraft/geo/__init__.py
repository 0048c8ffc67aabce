"""Where things are: land and sea, the size of areas, and the ways between places."""

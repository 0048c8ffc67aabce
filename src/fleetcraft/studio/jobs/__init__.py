"""Jobs: verbs asked in processes of their own, one after another in two lanes, each kept in a file."""

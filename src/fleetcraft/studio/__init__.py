"""The web application: the verbs of the command line, and the files they work on, in a browser."""

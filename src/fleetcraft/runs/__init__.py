"""A verb asked about files on disk and answered as a stored run: what the command line and the studio share."""

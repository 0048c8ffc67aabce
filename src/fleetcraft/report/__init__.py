"""The answer, told: tables, figures, map and one HTML page from a stored run, and the playback of a traced one."""

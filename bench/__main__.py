"""``python -m bench NAME`` runs one benchmark from the repository's root."""

import sys

from bench.run import main

sys.exit(main(sys.argv[1:]))

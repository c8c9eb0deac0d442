"""The entry point behind the Makefile: ``python3 -m dev <command>``."""

import sys

from dev.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

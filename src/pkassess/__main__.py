"""``python -m pkassess``."""

from pkassess.cli import main

main()

"""`python -m exeunt` is `exeunt`."""

from exeunt.cli import main

main()

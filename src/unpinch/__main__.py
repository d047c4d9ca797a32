"""Run Unpinch: ``python -m unpinch``."""

from unpinch.cli import main

main()

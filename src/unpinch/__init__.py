"""Unpinch: safe, guided and honest trial and error for people with sciatic pain."""

from unpinch.care import decide
from unpinch.care.decision import Decision
from unpinch.journal import Entry, Journal

__version__ = "0.1.0"
__all__ = ["Decision", "Entry", "Journal", "decide"]

"""What leaves on paper: the sheet for the fridge door and the report for a clinician, as PDF."""

from unpinch.exchange.paper.asked import Asked, Paper
from unpinch.exchange.paper.typeset import PaperError, assets_folder

__all__ = ["Asked", "Paper", "PaperError", "assets_folder"]

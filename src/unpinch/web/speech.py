"""Dates and numbers as a person says them: what `unpinch.knowledge.speech` has, under the pages' own name."""

from unpinch.knowledge.speech import clock, count, day, iso_day, number, plural, short_day, until

__all__ = ["clock", "count", "day", "iso_day", "number", "plural", "short_day", "until"]

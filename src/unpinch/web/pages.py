"""The templates' surroundings: what every page may use."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from unpinch.web import speech
from unpinch.web.claims import VERDICTS, cited
from unpinch.web.rescue import dialled


@functools.cache
def environment(static: Path, *, fonts: bool) -> Environment:
    """Return the template environment; ``fonts`` tells whether the typefaces are there."""
    pages = Environment(
        loader=PackageLoader("unpinch.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals["fonts"] = fonts
    pages.globals["places"] = PLACES
    pages.globals["verdicts"] = VERDICTS
    pages.filters["cited"] = cited
    pages.filters["day"] = speech.day
    pages.filters["day_of"] = lambda at: speech.day(at.date() if isinstance(at, dt.datetime) else at)
    pages.filters["until"] = speech.until
    pages.filters["iso_day"] = speech.iso_day
    pages.filters["dial"] = dialled
    pages.filters["clock"] = speech.clock
    pages.filters["number"] = speech.number
    pages.filters["count"] = speech.count
    pages.filters["short_day"] = speech.short_day
    pages.filters["thing_name"] = lambda name, known: known.equipment[name].name.lower()
    return pages


PLACES = (
    ("/today", "Today", "sun"),
    ("/helps", "What helps", "dots"),
    ("/history", "History", "trend"),
    ("/article", "Article", "book"),
)
"""The four places of the navigation: address, name and icon."""

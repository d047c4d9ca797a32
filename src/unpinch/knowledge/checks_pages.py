"""Faults of what is told: statements without a source, and numbers that nobody vouches for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from unpinch.knowledge.kinds import SHOWN_TAGS, Tag
from unpinch.knowledge.knowledge import Knowledge
from unpinch.knowledge.models import Figure
from unpinch.knowledge.pages import Page, citations

# A figure is digits that are no name ("L5" is one), or a share in words ("two in three").
_COUNT = "(?:one|two|three|four|five|six|seven|eight|nine|ten|a few)"
_NUMBER = re.compile(
    rf"(?<![A-Za-z\d])\d+(?:[.,]\d+)*|\b{_COUNT} (?:in|of|out of) {_COUNT}\b"
    r"|\b(?:half|a third|a quarter) of\b",
    re.IGNORECASE,
)


def numbers(text: str) -> list[tuple[int, int]]:
    """Return where the numbers of a sentence begin and end."""
    return [found.span() for found in _NUMBER.finditer(text)]


def claim_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield the faults of the claims: no source, one that is not shown, a number of nobody's."""
    for claim in knowledge.claims.values():
        place = f"claims.yaml: {claim.id}"
        if not claim.sources:
            yield f"{place}: names no source"
        yield from _hidden(place, claim.sources, knowledge)
        yield from _figures(place, claim.research, claim.figures, claim.sources)


def page_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield the faults of the pages and of each of their statements, and of the notes of exercises."""
    for exercise in knowledge.exercises.values():
        # The note of an exercise is shown with what it rests on.
        yield from _hidden(f"exercises/{exercise.id}.yaml", exercise.sources, knowledge)
    orders: dict[int, str] = {}
    for key, page in knowledge.pages.items():
        place = f"pages/{key}.yaml"
        if page.order in orders:
            yield f"{place}: order {page.order} is that of {orders[page.order]!r}"
        orders[page.order] = key
        for number, part in enumerate(page.sections):
            if not part.says and part.picture is None:
                yield f"{place}: section {number} says nothing"
            if (part.picture is None) != (part.alt is None) or bool(part.labels) != (
                part.picture is not None
            ):
                yield f"{place}: section {number}: a picture needs its words and its labels"
        yield from _statement_faults(place, page, knowledge)


def _statement_faults(place: str, page: Page, knowledge: Knowledge) -> Iterator[str]:
    for statement in page.statements:
        where = f"{place}: {' '.join(statement.text.split()[:5])!r}"
        for name in statement.claims:
            if name not in knowledge.claims:
                yield f"{where}: claim {name!r} is not known"
        cited = citations(statement, knowledge.claims)
        if not cited:
            yield f"{where}: names no source and no claim"
        if statement.tag not in SHOWN_TAGS:
            yield f"{where}: tagged {statement.tag}, which is never shown"
        tags: set[Tag] = {knowledge.sources[name].tag for name in cited if name in knowledge.sources}
        if tags and statement.tag not in tags:
            yield f"{where}: tagged {statement.tag}, but none of its sources is"
        yield from _hidden(where, cited, knowledge)
        yield from _figures(where, statement.text, statement.figures, cited)


def _hidden(place: str, names: Iterable[str], knowledge: Knowledge) -> Iterator[str]:
    for name in names:
        source = knowledge.sources.get(name)
        if source is not None and source.tag not in SHOWN_TAGS:
            yield f"{place}: is shown, but its source {name!r} is tagged {source.tag}"


def _figures(place: str, text: str, figures: Iterable[Figure], cited: Iterable[str]) -> Iterator[str]:
    vouched: list[tuple[int, int]] = []
    for figure in figures:
        found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(figure.said)}(?!\w)", text)]
        if not found:
            yield f"{place}: figure {figure.said!r} does not stand in the text"
        if figure.source not in cited:
            yield f"{place}: figure {figure.said!r} comes from {figure.source!r}, which is not cited"
        vouched += found
    for start, end in numbers(text):
        if not any(first <= start and end <= last for first, last in vouched):
            yield f"{place}: nobody vouches for the number {text[start:end]!r}"

"""Typed shapes of the pages that tell what is known, each statement with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from unpinch.knowledge.kinds import Tag
from unpinch.knowledge.models import Claim, Figure, Record


class Statement(Record, frozen=True, kw_only=True):
    """One thing that a page says, in our own words."""

    text: str
    tag: Tag
    sources: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()  # what the article says of it: ids of claims
    figures: tuple[Figure, ...] = ()  # every number of the text, with where it was read


class Section(Record, frozen=True, kw_only=True):
    """A short part of a page under one heading."""

    title: str
    says: tuple[Statement, ...]
    picture: Literal["nerve"] | None = None  # its numbers are those of ``labels``
    labels: tuple[Statement, ...] = ()
    alt: str | None = None  # the picture in words
    caption: str | None = None  # what kind of picture it is


class Page(Record, frozen=True, kw_only=True):
    """A page that tells what is known of one thing."""

    id: str
    order: int  # place in the list
    title: str
    about: str  # one sentence: what the reader finds on it
    sections: tuple[Section, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Everything that the page says, from top to bottom."""
        return tuple(one for part in self.sections for one in (*part.labels, *part.says))


def citations(statement: Statement, claims: Mapping[str, Claim]) -> tuple[str, ...]:
    """Return the ids of the sources of a statement: its own, else those of its claims."""
    if statement.sources:
        return statement.sources
    named = [claims[name] for name in statement.claims if name in claims]
    return tuple(dict.fromkeys(name for claim in named for name in claim.sources))

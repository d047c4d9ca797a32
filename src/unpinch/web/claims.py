"""Claims, verdicts and citations as pages show them: only what may be shown, never a tag of doubt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from unpinch.knowledge import Knowledge
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Claim, Source
from unpinch.knowledge.pages import Section, Statement, citations


class Verdict(NamedTuple):
    """How a claim stands: icon and words."""

    mark: str
    words: str


VERDICTS: Final = {
    "supported": Verdict("agrees", "Research agrees"),
    "partly": Verdict("partly", "Partly right"),
    "contradicted": Verdict("differs", "Research disagrees"),
    "unproven": Verdict("unknown", "Not known"),
    "caution": Verdict("partly", "With care"),
    "gap": Verdict("unknown", "Not in the article"),
}

TAGS: Final = {"V": "read at the source", "D": "our calculation", "X": "our rule"}
"""How far a source was checked, in words."""


class Said(NamedTuple):
    """A statement beside the sources that a tap leads to."""

    text: str
    sources: list[Source]


class Part(NamedTuple):
    """A section of a page as it is shown."""

    section: Section
    labels: list[Said]
    says: list[Said]
    claims: list[Claim]


def cited(names: Iterable[str], knowledge: Knowledge) -> list[Source]:
    """Return the sources among ``names`` that may be shown."""
    known = (knowledge.sources[name] for name in names if name in knowledge.sources)
    return [source for source in known if source.tag in SHOWN_TAGS]


def part(section: Section, knowledge: Knowledge, before: Iterable[str] = ()) -> Part:
    """Return what may be shown of a section, without the claims that stand ``before`` it."""
    shown = [
        one
        for one in (*section.labels, *section.says)
        if one.tag in SHOWN_TAGS and cited(citations(one, knowledge.claims), knowledge)
    ]
    names = dict.fromkeys(name for one in shown for name in one.claims)
    return Part(
        section,
        [_said(one, knowledge) for one in section.labels if one in shown],
        [_said(one, knowledge) for one in section.says if one in shown],
        [knowledge.claims[name] for name in names if name not in set(before)],
    )


def _said(statement: Statement, knowledge: Knowledge) -> Said:
    return Said(statement.text, cited(citations(statement, knowledge.claims), knowledge))

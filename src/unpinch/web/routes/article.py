"""The article beside research, and the sources that everything rests on."""

from __future__ import annotations

from typing import Final, NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Claim, Source
from unpinch.web.forms import Here

router = APIRouter()


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


@router.get("/article")
def article(visit: Here) -> HTMLResponse:
    """Show what the article says beside what research says."""
    topics: dict[str, list[Claim]] = {}
    for claim in visit.knowledge.claims.values():
        topics.setdefault(claim.topic, []).append(claim)
    return visit.page("article.html", topics=topics, verdicts=VERDICTS, cites=_cites(visit.knowledge.sources))


@router.get("/sources")
def sources(visit: Here) -> HTMLResponse:
    """List the sources that may be shown."""
    shown = [one for one in visit.knowledge.sources.values() if one.tag in SHOWN_TAGS]
    return visit.page("sources.html", sources=shown, tags=TAGS)


def _cites(known: dict[str, Source]) -> dict[str, Source]:
    return {name: one for name, one in known.items() if one.tag in SHOWN_TAGS}

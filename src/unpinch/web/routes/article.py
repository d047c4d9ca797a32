"""The article beside research, and the sources that everything rests on."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Claim
from unpinch.web.claims import TAGS
from unpinch.web.forms import Here

router = APIRouter()


TOPICS: Final = {
    "nerve": "The nerve and the pain",
    "causes": "What causes it",
    "remedies": "The remedies",
    "trial_and_error": "Trial and error",
    "muscles": "The muscles",
    "exercises": "The exercises",
    "gaps": "What is left out",
}
"""Headings of the list of claims, in its order."""


@router.get("/article")
def article(visit: Here) -> HTMLResponse:
    """Show what the article says beside what research says."""
    topics: dict[str, list[Claim]] = {words: [] for words in TOPICS.values()}
    for claim in visit.knowledge.claims.values():
        topics[TOPICS[claim.topic]].append(claim)
    return visit.page("article.html", topics=topics)


@router.get("/sources")
def sources(visit: Here) -> HTMLResponse:
    """List the sources that may be shown."""
    shown = [one for one in visit.knowledge.sources.values() if one.tag in SHOWN_TAGS]
    return visit.page("sources.html", sources=shown, tags=TAGS)

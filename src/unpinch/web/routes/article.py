"""The article beside research, and the sources that everything rests on."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse

from unpinch.knowledge import Knowledge
from unpinch.knowledge.csl import items
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Claim, Source
from unpinch.web.claims import TAGS
from unpinch.web.forms import Here
from unpinch.web.shown import shown_at

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
    shown = _shown(visit.knowledge)
    return visit.page(
        "sources.html",
        sources=shown.values(),
        tags=TAGS,
        used=_used(visit.knowledge),
    )


@router.get("/sources.json")
def sources_json(visit: Here) -> JSONResponse:
    """Hand out the sources that may be shown as CSL-JSON, for a reference manager."""
    listed = items(_shown(visit.knowledge), shown_at(visit.knowledge))
    return JSONResponse(listed, media_type="application/vnd.citationstyles.csl+json")


def _shown(knowledge: Knowledge) -> dict[str, Source]:
    return {name: one for name, one in knowledge.sources.items() if one.tag in SHOWN_TAGS}


def _used(knowledge: Knowledge) -> dict[str, list[tuple[str, str]]]:
    """Return address and name of each page that cites a source."""
    return {
        name: [(address, _name(address, knowledge)) for address in addresses if "/sources" not in address]
        for name, addresses in shown_at(knowledge).items()
    }


def _name(address: str, knowledge: Knowledge) -> str:
    place, _, last = address.replace("#", "/").rpartition("/")
    if place == "/article":
        return f"The article and research: {knowledge.claims[last].quote}"
    if place == "/learn":
        return knowledge.pages[last].title
    if place == "/exercises":
        return knowledge.exercises[last].name
    if place == "/questionnaire":
        return knowledge.questionnaires[last].name
    return "The rules, and what they rest on"

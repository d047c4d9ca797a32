"""What is known: short pages, each statement with its source one tap away."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from unpinch.web.claims import Part, part
from unpinch.web.forms import Here

router = APIRouter(prefix="/learn")


@router.get("")
def index(visit: Here) -> HTMLResponse:
    """List the pages."""
    return visit.page("learn.html", pages=visit.knowledge.shelf)


@router.get("/{page_id}")
def learn(visit: Here, page_id: str) -> HTMLResponse:
    """Show one page."""
    if page_id not in visit.knowledge.pages:
        raise HTTPException(404)
    page = visit.knowledge.pages[page_id]
    parts: list[Part] = []
    for section in page.sections:
        # A claim has its badge once a page, where it is first spoken of.
        told = [claim.id for before in parts for claim in before.claims]
        parts.append(part(section, visit.knowledge, told))
    after = next((one for one in visit.knowledge.shelf if one.order > page.order), None)
    return visit.page("learn_page.html", page=page, parts=parts, after=after)

"""The way in, and what this is and is not."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.web.forms import Here
from unpinch.web.pictures import thumbnail

router = APIRouter()


@router.get("/")
def home(visit: Here) -> Response:
    """Lead to today, or on the first visit to the welcome."""
    return RedirectResponse("/today" if visit.person.entries else "/welcome", status_code=303)


@router.get("/welcome")
def welcome(visit: Here, gone: bool = False) -> HTMLResponse:
    """Say what this is, what it is not and how long it takes."""
    relief = [one for one in visit.knowledge.exercises.values() if one.family == "relief"]
    pictures = [picture for one in relief if (picture := thumbnail(one))]
    return visit.page(
        "welcome.html",
        picture=pictures[0] if pictures else "",
        gone=gone and not visit.journal.entries,  # only then may the page clear the browser
        begun=bool(visit.person.answers),
        left=len(visit.decision.clearance.missing),
    )


@router.get("/help")
def help_page(visit: Here) -> HTMLResponse:
    """Say how it works, its limits, and where each rule comes from."""
    return visit.page("help.html")

"""The way in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.web.visit import Visit, visit_of

router = APIRouter()
Here = Annotated[Visit, Depends(visit_of)]


@router.get("/")
def home(visit: Here) -> Response:
    """Lead to today, or on the first visit to the welcome."""
    return RedirectResponse("/today" if visit.person.entries else "/welcome", status_code=303)


@router.get("/welcome")
def welcome(visit: Here) -> HTMLResponse:
    """Say what this is and what it is not."""
    return visit.page("welcome.html")

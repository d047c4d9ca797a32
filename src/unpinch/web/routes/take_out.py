"""What a person takes out of the house: a sheet, a report, on the paper that they have."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from unpinch.exchange.files import FileError
from unpinch.exchange.forms import FORMS
from unpinch.exchange.paper import Asked, Paper, PaperError
from unpinch.exchange.paper.sheet import has_exercises
from unpinch.knowledge import say
from unpinch.web.forms import Here
from unpinch.web.rescue import country_code
from unpinch.web.visit import Visit

router = APIRouter(prefix="/take-out")


@router.get("")
def take_out(visit: Here) -> HTMLResponse:
    """Show what can be taken out, and what is in it."""
    return _page(visit)


@router.get("/{form}")
def download(
    visit: Here, form: str, paper: Paper | None = None, intimate: Annotated[str, Query()] = "no"
) -> Response:
    """Hand out one form as a file."""
    if form not in FORMS:
        raise HTTPException(404, "There is no such thing to take out.")
    asked = _asked(visit, paper, intimate=intimate == "yes")
    try:
        made = FORMS[form].make(asked)
    except (PaperError, FileError) as error:
        return _page(visit, fault=say(visit.knowledge.words, "take_out.missing", why=str(error)).text)
    headers = {"Content-Disposition": f'attachment; filename="{FORMS[form].file_name(asked)}"'}
    return Response(made, media_type=FORMS[form].media, headers=headers)


def _asked(visit: Visit, paper: Paper | None, *, intimate: bool) -> Asked:
    return Asked(
        visit.journal,
        visit.now,
        visit.knowledge,
        paper=paper,
        intimate=intimate,
        decision=visit.decision,
        person=visit.person,
        country=country_code(visit),
    )


def _page(visit: Visit, fault: str | None = None) -> HTMLResponse:
    asked = _asked(visit, None, intimate=False)
    return visit.page(
        "take_out.html",
        status=503 if fault else 200,
        fault=fault,
        words=visit.knowledge.words,
        paper=asked.paper,
        exercises=has_exercises(asked),
    )

"""Get checked now: whom to call, what to say, and the way back once somebody has looked."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.journal import EntryError
from unpinch.web.forms import Here, Sent, field_of, text, told
from unpinch.web.rescue import country, dialled, emergency_number, marked
from unpinch.web.rescue import told as filled
from unpinch.web.routes.screen import keep, question_of
from unpinch.web.visit import Visit

router = APIRouter(prefix="/emergency")


@router.get("")
def emergency(visit: Here) -> HTMLResponse:
    """Show whom to call; with an emergency sign it is the one page that is left."""
    return _page(visit)


@router.post("/country")
def change_country(visit: Here, sent: Sent) -> Response:
    """Keep the person's country, or a number of their own."""
    fields = told({"country": text(sent, "country"), "emergency_number": text(sent, "emergency_number")})
    if fields.get("country") not in visit.knowledge.countries:
        return _page(
            visit, error="Please choose a country from the list.", typed=fields.get("emergency_number")
        )
    try:
        visit.write("profile", fields)
    except EntryError as error:
        wrong = field_of(error, fields)
        return _page(
            visit,
            error="Please type the number with digits." if wrong == "emergency_number" else str(error),
            typed=fields.get("emergency_number"),
        )
    return RedirectResponse("/emergency", status_code=303)


@router.get("/seen")
def seen(visit: Here) -> HTMLResponse:
    """Ask whether somebody has checked the signs."""
    return visit.page("seen.html", question=question_of(visit, visit.knowledge.screening.seen), error=None)


@router.post("/seen")
def answer_seen(visit: Here, sent: Sent) -> Response:
    """Keep the answer; yes leads to the questions, no back to the help."""
    question = question_of(visit, visit.knowledge.screening.seen)
    error = keep(visit, question, sent, "full")
    if error is not None:
        return visit.page("seen.html", status=422, question=question, error=error)
    if sent.get("answer") == "yes":
        return RedirectResponse("/screen", status_code=303)
    tier = visit.decision.clearance.tier
    return RedirectResponse("/emergency" if tier == "E" else "/today", status_code=303)


def _page(visit: Visit, error: str | None = None, typed: str | None = None) -> HTMLResponse:
    action = visit.knowledge.actions["E"]
    number = emergency_number(visit)
    return visit.page(
        "emergency.html",
        status=422 if error else 200,
        action=action,
        sure=visit.decision.clearance.tier == "E",
        words=filled(visit, action.text),
        number=number,
        dial=dialled(number),
        place=country(visit),
        marks=marked(visit, "E"),
        error=error,
        typed=typed or "",
    )

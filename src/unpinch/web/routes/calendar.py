"""The calendar: a file to take along, and a private address that a calendar program reads."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.exchange.zone import local_zone
from unpinch.web.forms import Here, Sent, text
from unpinch.web.visit import Visit

router = APIRouter()


@router.get("/settings/calendar")
def page(visit: Here, words: str | None = None) -> HTMLResponse:
    """Offer the file and the address."""
    plan = visit.knowledge.calendar
    chosen = words if words in plan.titles else next(iter(plan.titles))
    token = visit.house.feed.token
    base = f"{visit.request.url.scheme}://{visit.request.headers.get('host', '')}"
    return visit.page(
        "calendar.html",
        titles=plan.titles,
        chosen=chosen,
        address=f"{base}/calendar/{token}.ics?words={chosen}" if token else None,
        weeks=plan.weeks,
        most=plan.ignored_most,
        words=visit.knowledge.words,
    )


@router.post("/settings/calendar")
def change(visit: Here, sent: Sent) -> Response:
    """Make an address, make another one, or let it lead nowhere."""
    if text(sent, "feed") == "off":
        visit.house.feed.forget()
    else:
        visit.house.feed.renew()
    words = text(sent, "words")
    known = words if words in visit.knowledge.calendar.titles else ""
    return RedirectResponse(f"/settings/calendar?words={known}#address", status_code=303)


@router.get("/settings/calendar.ics")
def file(visit: Here, words: str | None = None) -> Response:
    """Hand out the file."""
    return _file(visit, words, {"Content-Disposition": 'attachment; filename="calendar.ics"'})


@router.get("/calendar/{token}.ics")
def feed(visit: Here, token: str, words: str | None = None) -> Response:
    """Answer a calendar program that knows the address; nobody else."""
    if not visit.house.feed.opens(token):
        raise HTTPException(404, "There is no such page.")
    return _file(visit, words, {})


def _file(visit: Visit, words: str | None, headers: dict[str, str]) -> Response:
    from unpinch.exchange.calendar import calendar  # takes its time; only who asks for it waits

    titles = words if words in visit.knowledge.calendar.titles else None
    made = calendar(visit.journal, visit.decision, visit.knowledge, local_zone(), titles)
    return Response(made, media_type="text/calendar", headers=headers)

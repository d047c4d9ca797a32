"""Facts that a person tells once, one small group a screen; each can be skipped."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from unpinch.journal import EntryError
from unpinch.web.forms import Here, Sent, field_of, text, told, truth, whole
from unpinch.web.rescue import country_code
from unpinch.web.visit import Visit

router = APIRouter(prefix="/profile")

STEPS: Final = {
    "leg": ("side",),
    "start": ("since", "first_episode"),
    "you": ("birth_year", "sex"),
    "things": ("equipment",),
    "minutes": ("minutes_a_day",),
    "place": ("country", "emergency_number"),
}
"""The groups in their order, with the fields that each asks for."""

FAULTS: Final = {
    "since": "Please give a day that is not in the future.",
    "birth_year": "Please type the year with four digits, such as 1970.",
    "emergency_number": "Please type the number with digits.",
    "minutes_a_day": "Please choose how many minutes.",
    "country": "Please choose a country from the list.",
}
"""What is said beside a field that an entry refused."""


@router.get("")
def profile(visit: Here) -> HTMLResponse:
    """Show what was told, each with a way to change it."""
    return visit.page("profile.html", steps=STEPS, profile=visit.person.profile, code=country_code(visit))


@router.get("/{step}")
def ask(visit: Here, step: str, flow: bool = False) -> HTMLResponse:
    """Ask one group."""
    return _page(visit, _known(step), flow=flow)


@router.post("/{step}")
def keep(visit: Here, step: str, sent: Sent, flow: bool = False) -> Response:
    """Keep what was told and go on; what was left out stays unknown."""
    fields = _read(_known(step), sent)
    if text(sent, "skip") is None and fields:
        wrong = _wrong(visit, fields)
        if wrong:
            return _page(
                visit,
                step,
                flow=flow,
                faults={wrong: FAULTS.get(wrong, "Please look at this again.")},
                typed=fields,
            )
    return RedirectResponse(_next(step) if flow else "/profile", status_code=303)


def step_of(field: str | None) -> str:
    """Return the group that asks for a field; the first one when it is not known."""
    return next((step for step, fields in STEPS.items() if field in fields), next(iter(STEPS)))


def _known(step: str) -> str:
    if step not in STEPS:
        raise HTTPException(404)
    return step


def _next(step: str) -> str:
    names = list(STEPS)
    place = names.index(step) + 1
    return f"/profile/{names[place]}?flow=1" if place < len(names) else "/today"


def _read(step: str, sent: FormData) -> dict[str, Any]:
    if step == "things":
        return {"equipment": [item for item in sent.getlist("equipment") if isinstance(item, str)]}
    read: dict[str, Any] = {
        "side": text(sent, "side"),
        "since": text(sent, "since"),
        "first_episode": truth(sent, "first_episode"),
        "birth_year": whole(sent, "birth_year"),
        "sex": text(sent, "sex"),
        "minutes_a_day": whole(sent, "minutes_a_day"),
        "country": text(sent, "country"),
        "emergency_number": text(sent, "emergency_number"),
    }
    return told({name: read[name] for name in STEPS[step]})


def _wrong(visit: Visit, fields: dict[str, Any]) -> str:
    """Write the fields down; return the name of the one that is wrong, empty when none is."""
    known = visit.knowledge
    if not set(fields.get("equipment", ())) <= set(known.equipment):
        return "equipment"
    if "country" in fields and fields["country"] not in known.countries:
        return "country"
    if "since" in fields and not _past(fields["since"], visit.now.date()):
        return "since"
    if isinstance(year := fields.get("birth_year"), int) and not 0 <= visit.now.year - year <= 120:
        return "birth_year"
    try:
        visit.write("profile", fields)
    except EntryError as error:
        return field_of(error, fields) or next(iter(fields))
    return ""


def _past(day: str, today: dt.date) -> bool:
    try:
        return dt.date.fromisoformat(day) <= today
    except ValueError:
        return False


def _page(
    visit: Visit,
    step: str,
    *,
    flow: bool,
    faults: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
) -> HTMLResponse:
    names = list(STEPS)
    place = names.index(step)
    known = visit.person.profile
    shown = {name: getattr(known, name) for name in STEPS[step]} | (typed or {})
    back = "/profile" if not flow else f"/profile/{names[place - 1]}?flow=1" if place else "/today"
    return visit.page(
        "profile_step.html",
        status=422 if faults else 200,
        step=step,
        flow=flow,
        left=len(names) - place,
        back=back,
        faults=faults or {},
        shown=shown,
        code=country_code(visit),
        longest=int(visit.knowledge.rules.adherence.session_minutes_max),
    )

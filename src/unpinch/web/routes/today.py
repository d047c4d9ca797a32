"""Today: what to do now, why, and how long it takes; or why not, and what comes first."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.care.changes import spoken_dose
from unpinch.care.decision import Ask, Lock, Plan
from unpinch.journal.fold import Session
from unpinch.web import speech
from unpinch.web.forms import Here, Sent, text
from unpinch.web.pictures import Picture, picture_of
from unpinch.web.rescue import country, dialled, emergency_number, marked
from unpinch.web.rescue import told as filled
from unpinch.web.routes.pain import ZONES
from unpinch.web.routes.profile import step_of
from unpinch.web.routes.screen import question_of
from unpinch.web.visit import Visit

router = APIRouter(prefix="/today")


class Stop(NamedTuple):
    """One stop of the thread."""

    id: str
    name: str
    dose: str
    why: str
    first: str | None  # the side to begin with
    new: bool
    picture: Picture


class Todo(NamedTuple):
    """Something that is asked, with the page that asks it."""

    name: str
    words: str
    to: str


TO: Final = {
    "screen": "/screen",
    "weekly_screen": "/screen",
    "session_line": "/screen",
    "seen": "/emergency/seen",
    "pain_now": "/pain",
    "morning": "/morning",
    "selftest": "/selftests/{target}",
    "questionnaire": "/questionnaire/{target}",
    "clinician_ok": "/screen/{target}",
}
"""Page of each ask; a fact about the person has one in each group of `STEPS`."""

FELT: Final[dict[str | None, str]] = {
    "easier": "It felt easier after this.",
    "same": "It felt the same after this.",
    "worse": "It felt worse after this.",
    "skipped": "Left out today.",
    None: "Not told how it felt.",
}
"""How an exercise felt, as told with one tap."""

SHOWN_LOCKS: Final = frozenset({"R4", "R7", "off"})
"""Locks that the day brought and another day lifts; the lasting ones stand in the library."""


@router.get("")
def today(visit: Here) -> HTMLResponse:
    """Show today's plan, or why there is none."""
    decision = visit.decision
    if not visit.person.answers and decision.session is None:
        return visit.page("today_first.html", left=len(decision.clearance.missing))
    if decision.session is not None:
        return _plan(visit, decision.session)
    return _refused(visit)


@router.post("/worse")
def worse(visit: Here) -> Response:
    """Keep that today is a bad day; first of all, is anything new?"""
    visit.write("preference", {"name": "worse_today", "value": True})
    return RedirectResponse(f"/screen/{visit.knowledge.screening.session_line}", status_code=303)


@router.post("/size")
def size(visit: Here, sent: Sent) -> Response:
    """Ask for a few minutes only, or for the whole plan again."""
    small = text(sent, "size") == "small"
    visit.write("preference", {"name": "minimum_day", "value": small})
    if not small and _wished(visit, "worse_today"):
        visit.write("preference", {"name": "worse_today", "value": False})
    return RedirectResponse("/today", status_code=303)


@router.post("/back")
def have_back(visit: Here, sent: Sent) -> Response:
    """Have an exercise or a family back that was left out."""
    target = text(sent, "exercise")
    if target in visit.knowledge.exercises:
        visit.write("preference", {"name": "exercise_off", "target": target, "value": False})
    return RedirectResponse("/today", status_code=303)


def headline(plan: Plan) -> str:
    """Return the sentence of the day: how many, and how long."""
    many = len(plan.exercises)
    kind = "easy" if plan.kind == "easy" else "gentle"
    minutes = max(1, round(plan.minutes))
    return (
        f"{speech.count(many).capitalize()} {kind} exercise{'' if many == 1 else 's'}, "
        f"about {speech.plural(minutes, 'minute')}"
    )


def stops(visit: Visit, plan: Plan) -> list[Stop]:
    """Return the stops of a plan as the page shows them."""
    found = []
    for planned in plan.exercises:
        exercise = visit.knowledge.exercises[planned.exercise]
        side = planned.sides[0] if planned.sides else "right"
        found.append(
            Stop(
                id=exercise.id,
                name=exercise.name,
                dose=spoken_dose(planned.dose, planned.sides, visit.knowledge),
                why=planned.why.text,
                first=side if len(planned.sides) > 1 else None,
                new=planned.new,
                picture=picture_of(exercise, planned.variant, side),
            )
        )
    return found


def done_stops(visit: Visit, session: Session) -> list[Stop]:
    """Return what a finished session was, with how each exercise felt."""
    felt = {one.exercise: one for _, one in visit.person.exercises if one.session == session.id}
    found = []
    for planned in session.plan:
        exercise = visit.knowledge.exercises.get(planned.exercise)
        if exercise is None:  # from another version of the knowledge
            continue
        told = felt.get(planned.exercise)
        side = planned.sides[0] if planned.sides else "right"
        found.append(
            Stop(
                id=exercise.id,
                name=exercise.name,
                dose=spoken_dose(planned, planned.sides, visit.knowledge),
                why=FELT[None if told is None else "skipped" if told.skipped else told.response],
                first=None,
                new=False,
                picture=picture_of(exercise, planned.variant, side),
            )
        )
    return found


def todos(visit: Visit) -> list[Todo]:
    """Return what is asked and need not come first, each with its page."""
    return [Todo(ask.name, ask.words.text, _page_of(ask)) for ask in visit.decision.asks]


def _page_of(ask: Ask) -> str:
    if ask.name == "profile":
        return f"/profile/{step_of(ask.target)}?flow=1"
    return TO[ask.name].format(target=ask.target)


def _plan(visit: Visit, plan: Plan) -> HTMLResponse:
    done = _done_today(visit)
    return visit.page(
        "today.html",
        plan=plan,
        headline=headline(plan),
        lede=_lede(visit),
        stops=done_stops(visit, done) if done else stops(visit, plan),
        todos=_once(todos(visit)),
        done=done is not None,
        open_session=_open_session(visit),
        locks=_day_locks(visit),
        worse=_wished(visit, "worse_today"),
        place=country(visit),
        number=emergency_number(visit),
    )


def _refused(visit: Visit) -> HTMLResponse:
    refusal = visit.decision.refusal
    assert refusal is not None
    line = visit.knowledge.screening.session_line
    number = emergency_number(visit)
    tier = {"UrgentSigns": "U", "SeeClinicianFirst": "R"}.get(refusal.name)
    action = visit.knowledge.actions[tier] if tier else None
    return visit.page(
        "refused.html",
        refusal=refusal,
        action=action,
        words=filled(visit, action.text) if action else "",
        marks=marked(visit, "R" if tier == "R" else "U") if action else (),
        line=question_of(visit, line) if refusal.missing == (line,) else None,
        left=len(visit.decision.clearance.missing),
        place=country(visit),
        number=number,
        dial=dialled(number),
        urgent_dial=dialled(country(visit).urgent or ""),
        locks=visit.decision.clearance.locks,
        day_locks=_day_locks(visit),
        todos=_once(todos(visit)),
    )


def _once(found: list[Todo]) -> list[Todo]:
    """Keep the first ask of each kind, so that the list stays short."""
    kinds: dict[str, Todo] = {}
    for one in found:
        kinds.setdefault(one.name, one)
    return list(kinds.values())


def _day_locks(visit: Visit) -> list[Lock]:
    return [lock for lock in visit.decision.clearance.locks if lock.code in SHOWN_LOCKS and lock.until]


def _wished(visit: Visit, name: str) -> bool:
    said = visit.person.preferences.get((name, None))
    return said is not None and said[1] is True and said[0].date() == visit.now.date()


def _done_today(visit: Visit) -> Session | None:
    """Return the session that was finished last today."""
    done = [
        one
        for one in visit.person.sessions.values()
        if one.event_last == "finished" and one.ended_at and one.ended_at.date() == visit.now.date()
    ]
    return done[-1] if done else None


def _open_session(visit: Visit) -> bool:
    return any(
        session.event_last == "started"
        and session.started_at
        and session.started_at.date() == visit.now.date()
        for session in visit.person.sessions.values()
    )


def _lede(visit: Visit) -> str:
    """Say how this morning was beside yesterday's, where both are known."""
    day = visit.now.date()
    this = visit.person.mornings.get(day)
    last = visit.person.mornings.get(day - dt.timedelta(days=1))
    if this is None or this.leg_nprs is None:
        return ""
    where = f" The lowest place was: {ZONES[this.distal].lower()}." if this.distal else ""
    if last is None or last.leg_nprs is None:
        return f"Your leg was at {this.leg_nprs} this morning.{where}"
    change = this.leg_nprs - last.leg_nprs
    if change == 0:
        return f"Your leg is about as it was yesterday.{where}"
    word = "easier" if change < 0 else "sorer"
    return f"Your leg is {speech.plural(abs(change), 'point')} {word} than yesterday.{where}"

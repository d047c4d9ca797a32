"""The guided session: one page that holds the whole script, so that it goes on without the program."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.body import UnknownMovement, movement_json
from unpinch.care.changes import spoken_dose
from unpinch.care.decision import Plan
from unpinch.journal.fold import Session
from unpinch.knowledge.kinds import Side
from unpinch.session import Script, build
from unpinch.session.resume import broken_off, first_open_step, plan_again
from unpinch.web.forms import Here
from unpinch.web.pictures import still
from unpinch.web.routes.pain import ZONES
from unpinch.web.routes.today import headline
from unpinch.web.visit import Visit

router = APIRouter(prefix="/session")

UI: Final = "session.ui."
FASTEST: Final = 500.0
"""Largest factor of accelerated time, in a program that was made for tests."""

PREFERENCES: Final = {"voice": True, "voice_rate": 0.95, "tones": True, "vibration": True}
"""How a session sounds until the person says otherwise."""


class Still(NamedTuple):
    """A picture to show where the moving figure cannot be."""

    movement: str
    side: Side
    svg: str


@router.get("")
def session(visit: Here, speed: Annotated[float, Query(gt=0, le=FASTEST)] = 1.0) -> Response:
    """Guide today's plan, or go on with the session that broke off."""
    today = visit.decision.session
    if today is None:
        return RedirectResponse("/today", status_code=303)
    locks = visit.decision.clearance.locks
    last = broken_off(visit.person, visit.knowledge)
    again = plan_again(last, visit.person, visit.knowledge, locks) if last else None
    plan = again or today
    script = build(plan, visit.knowledge, decision=visit.decision.digest, locks=locks)
    return _page(visit, plan, script, last if again else None, speed)


def _page(visit: Visit, plan: Plan, script: Script, again: Session | None, speed: float) -> HTMLResponse:
    testing = bool(getattr(visit.request.app.state, "testing", False))
    data = {
        "script": script,
        "timing": visit.knowledge.timing,
        "words": _words(visit),
        "prefs": _preferences(visit),
        "before": _before(visit),
        "movements": _movements(script),
        "resume": {"session": again.id, "no": first_open_step(script, again, visit.person)}
        if again
        else None,
        "ended": [one.id for one in visit.person.sessions.values() if one.event_last != "started"],
        "speed": speed if testing else 1,
    }
    return visit.page(
        "session.html",
        script=script,
        data=msgspec.json.encode(data).decode().replace("<", "\\u003c"),
        headline=headline(plan),
        taken_up=again is not None,
        things=list(dict.fromkeys(thing for one in script.exercises for thing in one.equipment)),
        doses=[spoken_dose(stop.dose, stop.sides, visit.knowledge) for stop in plan.exercises],
        stills=_stills(script),
        zones=ZONES,
    )


def _words(visit: Visit) -> dict[str, Any]:
    known = visit.knowledge.words
    numbers = range(visit.knowledge.timing.count_in, 0, -1)
    return {key.removeprefix(UI): text for key, text in known.items() if key.startswith(UI)} | {
        # What the player puts in between: a rest that was asked for, a count-in after a pause.
        "between": {
            "rest": known["session.say.rest"],
            "rest_word": known["session.word.rest"],
            "get_ready_word": known["session.word.get_ready"],
            "numbers": {number: known[f"session.number.{number}"] for number in numbers},
        }
    }


def _preferences(visit: Visit) -> dict[str, bool | float]:
    """Return how the person wants it to sound; a wish of another type than expected is passed over."""
    wishes: dict[str, bool | float] = {}
    for name, usual in PREFERENCES.items():
        said = visit.person.preferences.get((name, None), (None, usual))[1]
        fits = isinstance(said, bool) == isinstance(usual, bool) and not isinstance(said, str)
        wishes[name] = said if fits else usual  # type: ignore[assignment]
    return wishes


def _before(visit: Visit) -> dict[str, int]:
    """Return what was last told of the pain, each part from its newest fresh entry."""
    oldest = visit.now - dt.timedelta(hours=visit.knowledge.rules.stale.pain_now_h)
    told: dict[str, int] = {}
    for at, pain in visit.person.pains:
        if at >= oldest:
            parts = {"leg_nprs": pain.leg_nprs, "back_nprs": pain.back_nprs, "distal": pain.distal}
            told |= {name: value for name, value in parts.items() if value is not None}
    return told


def _shown(script: Script) -> list[tuple[str, Side]]:
    """Return every movement that may be shown, with the sides on which it may be."""
    pairs: list[tuple[str, Side]] = []
    for one in script.exercises:
        versions = [one.movement, *([one.easier_version.movement] if one.easier_version else [])]
        pairs.extend((movement, side) for movement in versions for side in one.sides or ("right",))
    return list(dict.fromkeys(pairs))


def _movements(script: Script) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for movement, _ in _shown(script):
        try:
            found[movement] = movement_json(movement)
        except UnknownMovement:
            continue  # nobody has drawn it yet; the words stand alone
    return found


def _stills(script: Script) -> list[Still]:
    drawn = [Still(movement, side, still(movement, side)) for movement, side in _shown(script)]
    return [one for one in drawn if one.svg]

"""The library: every exercise with its moving figure, and why some of them wait."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.care.decision import Lock
from unpinch.knowledge.kinds import SHOWN_TAGS, Side
from unpinch.knowledge.models import EmgFigure, Exercise, Family
from unpinch.web.forms import Here, Sent, text
from unpinch.web.pictures import picture_of, thumbnail
from unpinch.web.visit import Visit

router = APIRouter(prefix="/exercises")


class Row(NamedTuple):
    """One exercise in the list."""

    exercise: Exercise
    picture: str
    state: str  # "", "today", "wait" or "part"
    words: str


@router.get("")
def library(visit: Here, q: str = "") -> HTMLResponse:
    """List the exercises, by family; ``q`` looks in names, other names and muscles."""
    wanted = " ".join(q.split()).casefold()[:60]
    groups: list[tuple[Family, list[Row]]] = []
    for family in visit.knowledge.families.values():
        rows = [
            _row(visit, one)
            for one in visit.knowledge.exercises.values()
            if one.family == family.id and wanted in _searched(visit, one)
        ]
        if rows:
            groups.append((family, rows))
    return visit.page("exercises.html", groups=groups, q=q[:60])


@router.get("/{exercise_id}")
def exercise(visit: Here, exercise_id: str, variant: str | None = None, side: Side = "right") -> HTMLResponse:
    """Show one exercise."""
    one = _known(visit, exercise_id)
    ids = [way.id for way in one.variants]
    if variant is not None and variant not in ids:
        raise HTTPException(404)
    way = one.variant(variant or one.ladder[one.start].variant)
    names = {"side": side, "other": "left" if side == "right" else "right"}
    names |= {name.capitalize(): word.capitalize() for name, word in names.items()}
    locks = _locks(visit, one)
    return visit.page(
        "exercise.html",
        exercise=one,
        way=way,
        side=side,
        how=[step.format_map(names) for step in way.how],
        picture=picture_of(one, way.id, side),
        locks=locks,
        shut=any(way.id not in lock.limit_to for lock in locks),
        off=any(lock.code == "preference" for lock in locks),
        stops=[visit.knowledge.stops[name] for name in one.stops if name in visit.knowledge.stops],
        emg=_emg(one),
        claims=[visit.knowledge.claims[name] for name in one.claims if name in visit.knowledge.claims],
        family=visit.knowledge.families[one.family],
        stand_ins=[
            visit.knowledge.exercises[name] for name in one.stand_ins if name in visit.knowledge.exercises
        ],
    )


@router.post("/{exercise_id}/wish")
def wish(visit: Here, exercise_id: str, sent: Sent) -> Response:
    """Leave an exercise out, or have it back."""
    one = _known(visit, exercise_id)
    off = text(sent, "off") == "yes"
    visit.write("preference", {"name": "exercise_off", "target": one.id, "value": off})
    return RedirectResponse(f"/exercises/{one.id}", status_code=303)


def _known(visit: Visit, exercise_id: str) -> Exercise:
    if exercise_id not in visit.knowledge.exercises:
        raise HTTPException(404)
    return visit.knowledge.exercises[exercise_id]


def _locks(visit: Visit, one: Exercise) -> list[Lock]:
    return [lock for lock in visit.decision.clearance.locks if lock.exercise == one.id]


def _row(visit: Visit, one: Exercise) -> Row:
    locks = _locks(visit, one)
    session = visit.decision.session
    state, words = "", ""
    if any(not lock.limit_to for lock in locks):
        state, words = "wait", next(lock.words.text for lock in locks if not lock.limit_to)
    elif locks:
        state, words = "part", locks[0].words.text
    elif session is not None and any(planned.exercise == one.id for planned in session.exercises):
        state = "today"
    return Row(one, thumbnail(one), state, words)


def _searched(visit: Visit, one: Exercise) -> str:
    muscles = [visit.knowledge.muscles[target.muscle] for target in one.targets]
    parts = [one.name, *one.synonyms, *(f"{muscle.name} {muscle.latin}" for muscle in muscles)]
    return " ".join(parts).casefold()


def _emg(one: Exercise) -> list[EmgFigure]:
    return [figure for figure in one.emg if figure.tag in SHOWN_TAGS]

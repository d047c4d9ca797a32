"""Plans: today's session as a proposal for one day, and what a clinician set."""

from __future__ import annotations

import datetime as dt
from typing import Final

from unpinch.care.changes import spoken_dose
from unpinch.care.decision import Decision, PlannedExercise
from unpinch.exchange.fhir.entries import Sheets, fields_of
from unpinch.exchange.fhir.parts import Json, Names, clean, div
from unpinch.exchange.fhir.people import day_words
from unpinch.journal import Entry
from unpinch.journal.kinds import Advised, Programme

OPEN: Final = frozenset({"G", "A"})
"""Tiers at which exercises may stand in a record."""


def closed(decision: Decision) -> frozenset[str]:
    """Return the exercises that a lock closes altogether."""
    return frozenset(lock.exercise for lock in decision.clearance.locks if not lock.limit_to)


def of_today(names: Names, key: str, subject: Json, decision: Decision, author: Json) -> Json | None:
    """Return today's session, for today alone; None when there is none.

    One plan a person, so that tomorrow's takes the place of today's. Its period ends with the day: a
    plan that nobody renews is over, whatever happens to the record.
    """
    if decision.session is None or decision.clearance.tier not in OPEN:
        return None
    shut = closed(decision)
    lines = [one for one in decision.session.exercises if one.exercise not in shut]
    day = decision.now.date()
    title = names.word("plan_of", day=day_words(day))
    return {
        "resourceType": "CarePlan",
        "id": names.uid(f"{key}|plan"),
        "text": div(title, *(_line(names, one) for one in lines), names.word("plan_note")),
        "identifier": [names.identifier("plan", names.uid(f"{key}|plan"))],
        "status": "active",
        "intent": "proposal",
        "category": [names.named("plan")],
        "title": title,
        "subject": subject,
        "period": {"start": day.isoformat(), "end": day.isoformat()},
        "created": day.isoformat(),
        "author": author,
        "activity": [_activity(names, one) for one in lines],
        "note": [{"text": names.word("plan_note")}],
    }


def _line(names: Names, one: PlannedExercise) -> str:
    exercise = names.known.exercises[one.exercise]
    dose = spoken_dose(one.dose, one.sides, names.known)
    return names.word("plan_line", name=exercise.name, form=exercise.variant(one.variant).name, dose=dose)


def _activity(names: Names, one: PlannedExercise) -> Json:
    fields: Json = {
        "exercise": one.exercise,
        "variant": one.variant,
        "rung": one.rung,
        "sets": one.dose.sets,
        "reps": one.dose.reps,
        "hold_s": one.dose.hold_s,
        "minutes": one.dose.minutes,
        "sides": list(one.sides),
    }
    told = {name: value for name, value in fields.items() if value is not None}
    return {
        "detail": {
            "extension": [names.part("planned", names.url("planned"), told)],
            "code": names.coded("exercise", one.exercise),
            "status": "not-started",
            "description": _line(names, one),
        }
    }


def add_programmes(sheets: Sheets, entries: list[Entry], decision: Decision) -> None:
    """Add what clinicians set: the latest one as it stands, earlier ones as over."""
    for entry in entries:
        if isinstance(entry.data, Programme):
            current = entry is entries[-1] and not _over(entry.data, decision.now.date())
            _add(sheets, entry, entry.data, decision, current=current)


def _over(data: Programme, today: dt.date) -> bool:
    return data.until is not None and data.until < today


def _add(sheets: Sheets, entry: Entry, data: Programme, decision: Decision, *, current: bool) -> None:
    names = sheets.names
    waits = decision.clearance.tier not in OPEN
    shut = closed(decision)
    plan: Json = {
        "resourceType": "CarePlan",
        "id": names.uid(entry.id),
        "extension": [names.envelope(entry)],
        "identifier": [names.identifier("entry", entry.id)],
        "status": "completed" if not current else "on-hold" if waits else "active",
        "intent": "plan",
        "category": [names.concept("programme", names.shape("programme").text)],
        "subject": sheets.subject,
        "created": entry.day.isoformat(),
    }
    lines = [clean(line.words) or "" for line in data.advised]
    said = [names.shape("programme").text, *lines]
    if current and waits:
        said.append(names.word("programme_waits"))
    plan["text"] = div(*said)
    if title := clean(data.title or ""):
        plan["title"] = title
    if data.until is not None:
        plan["period"] = {"end": data.until.isoformat()}
    if by := clean(data.by or ""):
        clinician = {
            "resourceType": "Practitioner",
            "id": names.uid(f"{entry.id}#by"),
            "text": div(by),
            "identifier": [names.identifier("part", f"{entry.id}#by")],
            "name": [{"text": by}],
        }
        plan["author"] = {"reference": sheets.add("section.plan", clinician), "display": by}
    activities = []
    for line in data.advised:
        waiting = waits or line.exercise in shut
        status = "completed" if not current else "on-hold" if waiting else "not-started"
        activities.append({"detail": _advised(names, line, status)})
    if activities:
        plan["activity"] = activities
    sheets.add("section.plan", plan)


def _advised(names: Names, line: Advised, status: str) -> Json:
    detail: Json = {
        "extension": [names.part("advised", names.url("advised"), fields_of(line))],
        "status": status,
    }
    words = clean(line.words)
    if line.exercise is not None:
        detail["code"] = names.coded("exercise", line.exercise)
    if words is not None:
        detail["description"] = words
    if line.avoid:
        detail["doNotPerform"] = True
    return detail

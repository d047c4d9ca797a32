"""A care plan that a clinician's system wrote, as one entry of the journal.

What it names by our codes for exercises is understood; any other line is kept in the clinician's words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from unpinch.exchange.fhir.faults import FhirError
from unpinch.exchange.fhir.parts import Json, Names
from unpinch.exchange.fhir.reader import Reader
from unpinch.journal import Entry, EntryError, from_fields

_ONGOING: Final = frozenset({"not-started", "scheduled", "in-progress", "unknown"})
"""Statuses of a line that still holds."""

_SHORT: Final = 200
"""Characters that a name or a title may have."""

_DAYS: Final = {"d": 7.0, "wk": 1.0}
"""How often a period of one comes round in a week; others tell no number of days a week."""


def programme_of(
    names: Names, reader: Reader, by_url: Mapping[str, Reader], now: dt.datetime | None
) -> Entry:
    """Return the entry of an active care plan.

    The same plan always gives the same entry, so it may be read again and again.

    Raises
    ------
    FhirError
        When a line cannot be understood, or the plan has no day and no ``now`` stands in for it.
    """
    plan = reader.value
    if plan["intent"] not in {"plan", "order"}:
        raise FhirError(f"{reader.place}.intent", f"must be plan or order (was {plan['intent']!r})")
    lines = [line for activity in reader.each("activity") if (line := _line(names, activity)) is not None]
    if not lines:
        raise FhirError(f"{reader.place}.activity", "holds no line that is still to be done")
    fields: Json = {
        "advised": lines,
        "by": _author(reader, by_url),
        "title": _short(plan.get("title")),
        "until": _last_day(reader),
    }
    at = _moment(reader, now)
    # Named by all that it says: a plan that was changed is another entry, and the later one counts.
    number = names.uid(f"programme|{at.isoformat()}|{sorted(fields.items())!r}")
    try:
        return from_fields(number, at, "programme", fields)
    except EntryError as error:
        raise FhirError(reader.place, str(error)) from error


def _line(names: Names, activity: Reader) -> Json | None:
    if "detail" not in activity.value:
        raise FhirError(activity.place, "must have a detail; other resources are not looked up")
    detail = activity.child("detail")
    if detail.value["status"] not in _ONGOING:
        return None
    told = detail.extension("advised")
    fields: Json = {} if told is None else told.part("advised")
    exercise = _exercise(names, detail)
    if exercise is not None:
        fields.setdefault("exercise", exercise)
    _known(names, detail, fields)
    words = detail.value.get("description") or _said(detail, names, fields.get("exercise"))
    if not words:
        raise FhirError(detail.place, "must say what to do: a description, or a code with its text")
    fields.setdefault("words", words)
    if detail.value.get("doNotPerform"):
        fields["avoid"] = True
    days = _days_a_week(detail)
    if days is not None:
        fields.setdefault("days_a_week", days)
    return fields


def _exercise(names: Names, detail: Reader) -> str | None:
    system = names.code_system("exercise")
    codings = (detail.value.get("code") or {}).get("coding") or []
    return next((str(one.get("code")) for one in codings if one.get("system") == system), None)


def _known(names: Names, detail: Reader, fields: Json) -> None:
    """Refuse an exercise or a form of it that is not known here."""
    exercise, variant = fields.get("exercise"), fields.get("variant")
    if exercise is None:
        return
    if exercise not in names.known.exercises:
        raise FhirError(f"{detail.place}.code", f"no exercise {exercise[:20]!r} is known here")
    variants = {one.id for one in names.known.exercises[exercise].variants}
    if variant is not None and variant not in variants:
        raise FhirError(detail.place, f"{exercise} has no form {variant[:20]!r}")


def _said(detail: Reader, names: Names, exercise: str | None) -> str | None:
    code = detail.value.get("code") or {}
    displays = [one["display"] for one in code.get("coding") or [] if "display" in one]
    name = names.name_of("exercise", exercise) if exercise else None
    return next((str(one) for one in (code.get("text"), *displays, name) if one), None)


def _days_a_week(detail: Reader) -> int | None:
    """Return on how many days a week, where a timing says so in whole days."""
    timing = detail.value.get("scheduledTiming") or {}
    repeat = timing.get("repeat") or {}
    if repeat.get("dayOfWeek"):
        return len(set(repeat["dayOfWeek"]))
    unit, frequency = repeat.get("periodUnit"), repeat.get("frequency", 1)
    if unit not in _DAYS or not repeat.get("period"):
        return None
    times = frequency * _DAYS[unit] / float(repeat["period"])
    return max(1, min(7, int(times)))


def _author(reader: Reader, by_url: Mapping[str, Reader]) -> str | None:
    author = reader.value.get("author")
    if not author:
        return None
    if "display" in author:
        return _short(author["display"])
    found = by_url.get(author.get("reference", ""))
    named = found.each("name") if found else []
    if not named:
        return None
    one = named[0].value
    told = one.get("text") or " ".join([*one.get("prefix", []), *one.get("given", []), one.get("family", "")])
    return _short(told.strip())


def _last_day(reader: Reader) -> str | None:
    end = (reader.value.get("period") or {}).get("end")
    return None if end is None else _date(reader, "period.end", end).isoformat()


def _moment(reader: Reader, now: dt.datetime | None) -> dt.datetime:
    """Return when the plan was made, by the first of its own times; a day counts from its midnight."""
    period = reader.value.get("period") or {}
    for name, told in (("created", reader.value.get("created")), ("period.start", period.get("start"))):
        if told is None:
            continue
        if isinstance(told, str) and "T" in told:
            return dt.datetime.fromisoformat(told)
        zone = dt.UTC if now is None else now.tzinfo
        return dt.datetime.combine(_date(reader, name, told), dt.time(), tzinfo=zone)
    if now is None:
        raise FhirError(f"{reader.place}.created", "is missing; a plan needs its day")
    return now


def _date(reader: Reader, name: str, told: object) -> dt.date:
    if not isinstance(told, str):  # the models take a number for seconds since 1970
        raise FhirError(f"{reader.place}.{name}", f"must be a date (was {told!r})")
    try:
        return dt.date.fromisoformat(told[:10])
    except ValueError as error:
        raise FhirError(f"{reader.place}.{name}", f"must be a whole date (was {told!r})") from error


def _short(text: str | None) -> str | None:
    """Return a name or a title within the limit; where it is cut, it shows."""
    if text is None or len(text) <= _SHORT:
        return text
    return f"{text[: _SHORT - 1]}…"

"""The coming sessions and questions as an iCalendar file (RFC 5545), the same bytes for the same input.

Reminders stop by themselves: of each series only as many events have an alarm as may still be
ignored in a row, so also a file that was taken along once falls silent. What changes keeps its UID
and has a higher SEQUENCE, so that calendars replace the event.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import statistics
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import icalendar

from unpinch import __version__
from unpinch.care.asks import questionnaires_due
from unpinch.care.decision import Decision
from unpinch.care.due import next_checks
from unpinch.journal import Journal
from unpinch.journal.fold import Person, fold
from unpinch.knowledge import Knowledge
from unpinch.knowledge.calendar import Titles

UTC: Final = ZoneInfo("UTC")
_SHUT: Final = frozenset({"ScreenMissing", "ProgrammePaused", "ClockWentBack"})
"""Refusals that no time of day undoes; those of the tiers come on top."""
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Dated(NamedTuple):
    """An event, or a series of them."""

    name: str  # part of its UID: stays the same for as long as it is the same thing
    title: str
    start: dt.datetime
    minutes: float
    alarm: bool
    rule: dict[str, object] | None = None


def calendar(
    journal: Journal,
    decision: Decision,
    knowledge: Knowledge,
    zone: ZoneInfo = UTC,
    titles: str | None = None,
) -> bytes:
    """Return an iCalendar file with what is to come.

    Parameters
    ----------
    journal
        What happened.
    decision
        What follows from it; its time is taken for now.
    knowledge
        What is known; the plan of the calendar is `Knowledge.calendar`.
    zone
        Where the person lives. Events keep their time of day when the clocks change.
    titles
        A key of `CalendarPlan.titles`; the first one when left out.

    Returns
    -------
    bytes
        UTF-8, lines end in CRLF. Without sessions when the answers forbid exercise (tiers E, U and
        R) or are not complete; empty under E and U, when nothing else matters.

    Raises
    ------
    KeyError
        When there are no such titles.
    """
    plan = knowledge.calendar
    told = plan.titles[titles or next(iter(plan.titles))]
    now = decision.now.astimezone(zone)
    person = fold(journal, decision.now)
    file = icalendar.Calendar()
    file.add("prodid", f"-//Unpinch//Unpinch {__version__}//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", told.session)
    events = list(_events(person, decision, knowledge, now, told))
    if events and zone.key != "UTC":
        first, last = now.date().replace(day=1), now.date() + dt.timedelta(days=plan.days_ahead + 31)
        file.add_component(icalendar.Timezone.from_tzid(zone.key, first_date=first, last_date=last))
    # Nothing but the journal and the day decides what stands in an event, and both only grow.
    days = (now.date() - person.first_at.date()).days if person.first_at else 0
    sequence = len(person.entries) + days
    for event in events:
        file.add_component(_component(event, uid(event.name, journal), sequence, now, plan.remind_min))
    return bytes(file.to_ical())


def uid(name: str, journal: Journal) -> str:
    """Return the UID of an event of a person; it tells nobody which event it is.

    It stays the same for as long as the first entry of the journal does.
    """
    first = min((entry.id for entry in journal), default="")
    return f"{hashlib.sha256(f'{name} {first}'.encode()).hexdigest()[:32]}@unpinch"


def _events(
    person: Person, decision: Decision, knowledge: Knowledge, now: dt.datetime, told: Titles
) -> Iterator[_Dated]:
    if decision.clearance.tier in {"E", "U"} or (
        decision.refusal is not None and decision.refusal.name in {"EmergencySigns", "UrgentSigns"}
    ):
        return
    yield from _sessions(person, decision, knowledge, now, told)
    yield from _mornings(person, knowledge, now, told)
    yield from _checks(person, decision, knowledge, now, told)
    yield from _questionnaires(person, knowledge, now, told)


def _sessions(
    person: Person, decision: Decision, knowledge: Knowledge, now: dt.datetime, told: Titles
) -> Iterator[_Dated]:
    shut = decision.refusal is not None and decision.refusal.name in _SHUT | {"SeeClinicianFirst"}
    if decision.clearance.tier in {None, "R"} or shut:
        return
    plan = knowledge.calendar
    week = rhythm(knowledge.planning.sessions_per_week)
    starts = [one.started_at.astimezone(now.tzinfo) for one in person.sessions.values() if one.started_at]
    since = max((at.date() for at in starts), default=_first_day(person, now))
    ignored = sum(day.weekday() in week for day in _between(since, now.date()))
    minutes = person.profile.minutes_a_day or knowledge.planning.minutes_default
    done_today = any(at.date() == now.date() for at in starts)
    days = [now.date() + dt.timedelta(days=n) for n in range(int(done_today), 7 * plan.weeks)]
    days = [day for day in days if day.weekday() in week]
    loud = max(0, plan.ignored_most - ignored)
    clock = _usual(starts, now, plan.session_at, plan.usual_of, plan.round_min)
    for name, some in (("sessions", days[:loud]), ("sessions-later", days[loud:])):
        if some:
            rule: dict[str, object] = {
                "freq": "weekly", "byday": [_DAYS[day] for day in week], "count": len(some)
            }  # fmt: skip
            start = dt.datetime.combine(some[0], clock, now.tzinfo)
            yield _Dated(name, told.session, start, minutes, name == "sessions", rule)


def _mornings(person: Person, knowledge: Knowledge, now: dt.datetime, told: Titles) -> Iterator[_Dated]:
    plan = knowledge.calendar
    since = max(person.mornings, default=_first_day(person, now))
    loud = plan.ignored_most - sum(1 for _ in _between(since, now.date()))
    if loud > 0 and person.first_at is not None:
        first = now.date() + dt.timedelta(days=now.date() in person.mornings)
        start = dt.datetime.combine(first, dt.time.fromisoformat(plan.morning_at), now.tzinfo)
        rule: dict[str, object] = {"freq": "daily", "count": loud}
        yield _Dated("mornings", told.morning, start, plan.short_min, True, rule)


def _checks(
    person: Person, decision: Decision, knowledge: Knowledge, now: dt.datetime, told: Titles
) -> Iterator[_Dated]:
    """Yield when the safety questions are to be answered again; what is late stands today."""
    for name, due in next_checks(person, knowledge.screening).items():
        yield from _question(f"check-{name}", told.check, due.astimezone(now.tzinfo).date(), now, knowledge)


def _questionnaires(person: Person, knowledge: Knowledge, now: dt.datetime, told: Titles) -> Iterator[_Dated]:
    left: dict[str, dt.date] = {}
    if person.first_at is None:
        return
    for ahead in range(-knowledge.calendar.ignored_most, knowledge.calendar.days_ahead):
        at = now + dt.timedelta(days=ahead)
        for instrument in questionnaires_due(person, at, knowledge):
            left.setdefault(instrument.id, at.date())
    for name, day in left.items():
        yield from _question(f"questionnaire-{name}", told.questionnaire, day, now, knowledge)


def _question(
    name: str, title: str, due: dt.date, now: dt.datetime, knowledge: Knowledge
) -> Iterator[_Dated]:
    plan = knowledge.calendar
    late = (now.date() - due).days
    if late < plan.ignored_most and -late < plan.days_ahead:
        clock = dt.time.fromisoformat(plan.questions_at)
        start = dt.datetime.combine(max(due, now.date()), clock, now.tzinfo)
        yield _Dated(name, title, start, plan.short_min, True)


def rhythm(per_week: int) -> tuple[int, ...]:
    """Return the days of the week of so many sessions, spread out; 0 is Monday."""
    count = min(max(per_week, 1), 7)
    return tuple(n * 7 // count for n in range(count))


def _usual(starts: list[dt.datetime], now: dt.datetime, otherwise: str, most: int, step_min: int) -> dt.time:
    """Return the time of day at which the last sessions began, as a rule."""
    recent = sorted(at for at in starts if at <= now)[-most:]
    if not recent:
        return dt.time.fromisoformat(otherwise)
    middle = statistics.median_low(at.hour * 60 + at.minute for at in recent)
    minutes = min(round(middle / step_min) * step_min, 24 * 60 - step_min)
    return dt.time(minutes // 60, minutes % 60)


def _first_day(person: Person, now: dt.datetime) -> dt.date:
    return person.first_at.astimezone(now.tzinfo).date() if person.first_at else now.date()


def _between(since: dt.date, today: dt.date) -> Iterable[dt.date]:
    """Yield the days after one and before another."""
    return (since + dt.timedelta(days=n) for n in range(1, (today - since).days))


def _component(event: _Dated, uid: str, sequence: int, now: dt.datetime, remind_min: int) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", uid)
    made.add("sequence", sequence)
    made.add("dtstamp", now.astimezone(dt.UTC).replace(microsecond=0))
    made.add("summary", event.title)
    made.add("dtstart", event.start)
    made.add("dtend", event.start + dt.timedelta(minutes=round(event.minutes)))
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT")
    if event.rule is not None:
        made.add("rrule", event.rule)
    if event.alarm:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event.title)
        alarm.add("trigger", dt.timedelta(minutes=-remind_min))
        made.add_component(alarm)
    return made

"""What to ask next, the most pressing first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from unpinch.care.decision import Ask, AskName
from unpinch.care.screen import Screened
from unpinch.journal.fold import Person
from unpinch.knowledge import Knowledge, say
from unpinch.knowledge.clinical import Questionnaire

_PROFILE = ("side", "since", "equipment", "minutes_a_day", "country")


def asks(
    person: Person,
    screened: Screened,
    now: dt.datetime,
    knowledge: Knowledge,
    *,
    leg: int | None,
    outcomes: Collection[str],
    tests: bool,
) -> tuple[Ask, ...]:
    """Return what is due.

    Parameters
    ----------
    leg
        Leg NPRS now; None when it is not fresh.
    outcomes
        What the rules over the course say, see `unpinch.care.refer`.
    tests
        Today is a day on which something may be measured.
    """
    if screened.tier in {"E", "U"}:
        return (_ask("seen", knowledge.screening.seen, knowledge),)
    found: list[Ask] = []
    if "severe" in outcomes:
        found.append(_ask("seen", knowledge.screening.seen, knowledge))
    if screened.missing:
        found.append(_ask("screen", screened.missing[0], knowledge))
    if screened.stale:
        weekly = all(_is_weekly(name, knowledge) for name in screened.stale)
        found.append(_ask("weekly_screen" if weekly else "screen", screened.stale[0], knowledge))
    if (screened.tier == "R" and screened.agreeable) or "pause" in outcomes:
        found.append(_ask("clinician_ok", knowledge.screening.clinician_ok, knowledge))
    if screened.missing or screened.stale:
        return tuple(found)
    if screened.line_due:
        found.append(_ask("session_line", knowledge.screening.session_line, knowledge))
    found.extend(
        _ask("profile", field, knowledge) for field in _PROFILE if getattr(person.profile, field) is None
    )
    if now.date() not in person.mornings:
        found.append(_ask("morning", None, knowledge))
    if leg is None:
        found.append(_ask("pain_now", None, knowledge))
    if tests and leg is not None:
        found.extend(_selftests(person, screened, leg, knowledge))
    found.extend(_questionnaires(person, now, knowledge))
    return tuple(found)


def _selftests(person: Person, screened: Screened, leg: int, knowledge: Knowledge) -> Iterable[Ask]:
    done = {test.test for _, test in person.selftests}
    for test in knowledge.selftests.values():
        if (
            test.first_battery
            and test.id not in done
            and leg <= test.leg_nprs_max
            and screened.tier in test.tiers
            and screened.locks.isdisjoint(test.needs)
        ):
            yield _ask("selftest", test.id, knowledge, name=test.name)


def _questionnaires(person: Person, now: dt.datetime, knowledge: Knowledge) -> Iterable[Ask]:
    for instrument in questionnaires_due(person, now, knowledge):
        yield _ask("questionnaire", instrument.id, knowledge, name=instrument.name)


def questionnaires_due(person: Person, at: dt.datetime, knowledge: Knowledge) -> Iterable[Questionnaire]:
    """Yield the questionnaires that are to be answered at a time, if nothing is answered before it."""
    first = at if person.first_at is None else person.first_at
    for instrument in knowledge.questionnaires.values():
        times = [when for when, done in person.questionnaires if done.instrument == instrument.id]
        if _is_due(instrument, first, times, at):
            yield instrument


def _is_due(
    instrument: Questionnaire, first: dt.datetime, times: list[dt.datetime], now: dt.datetime
) -> bool:
    day = (now.date() - first.date()).days
    if instrument.every_days is not None:
        return not times or (now.date() - times[-1].date()).days >= instrument.every_days
    reached = [due for due in instrument.due_days if due <= day]
    if not reached:
        return False
    return not times or (times[-1].date() - first.date()).days < reached[-1]


def _is_weekly(name: str, knowledge: Knowledge) -> bool:
    return any(
        question.id == name and "weekly" in question.sets for question in knowledge.screening.questions
    )


def _ask(kind: AskName, target: str | None, knowledge: Knowledge, **values: str) -> Ask:
    words = say(knowledge.words, f"ask.{kind}", **values)
    return Ask(name=kind, target=target, words=words)

"""The rules that had something to say, with the values that they saw and the words for the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from unpinch.care.access import spoken_day
from unpinch.care.changes import seen
from unpinch.care.decision import Fired
from unpinch.care.dosing import Event
from unpinch.care.refer import Notice
from unpinch.knowledge import Knowledge, say
from unpinch.knowledge.words import Value


def fired(
    events: Sequence[Event],
    notices: Sequence[Notice],
    now: dt.datetime,
    knowledge: Knowledge,
) -> tuple[Fired, ...]:
    """Return what the rules did of late, oldest first, then what they say of the whole course."""
    window = dt.timedelta(days=knowledge.rules.deload.pause_within_days)
    recent = [event for event in events if now - event.at < window]
    return (
        *(_of_event(event, now, knowledge) for event in recent),
        *(_of_notice(notice, knowledge) for notice in notices),
    )


def _of_event(event: Event, now: dt.datetime, knowledge: Knowledge) -> Fired:
    name = knowledge.exercises[event.exercise].name
    key = f"rule.{event.rule}.{event.outcome}.{event.judged.reason}"
    if key not in knowledge.words:
        key = f"rule.{event.rule}.{event.outcome}"
    until = "" if event.until is None else spoken_day(event.until, now, knowledge)
    return Fired(
        rule=event.rule,
        outcome=event.outcome,
        subject=event.exercise,
        at=event.at,
        saw=event.judged.saw,
        words=say(knowledge.words, key, name=name, until=until, **seen(event, knowledge)),
    )


def _of_notice(notice: Notice, knowledge: Knowledge) -> Fired:
    values: dict[str, Value] = {name: value for name, value in notice.saw.items() if value is not None}
    return Fired(
        rule=notice.rule,
        outcome=notice.outcome,
        subject=None,
        at=notice.at,
        saw=notice.saw,
        words=say(knowledge.words, f"rule.{notice.rule}.{notice.outcome}", **values),
    )

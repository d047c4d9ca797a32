"""Typed shape of what stands in a person's calendar (data file ``calendar.yaml``)."""

from __future__ import annotations

from unpinch.knowledge.kinds import Tag
from unpinch.knowledge.models import Record


class Titles(Record, frozen=True, kw_only=True):
    """The words of each kind of event. Whoever looks over a shoulder learns nothing from them."""

    label: str  # what this set of words is called, where it is chosen
    session: str
    morning: str
    check: str  # the safety questions
    questionnaire: str


class CalendarPlan(Record, frozen=True, kw_only=True):
    """When events stand in the calendar, and how often they remind: all our own rule."""

    version: str
    weeks: int  # how far ahead sessions stand
    days_ahead: int  # how far ahead questions stand
    session_at: str  # HH:MM, until the person has a usual time of day
    usual_of: int  # the usual time is the middle of that of the last sessions, this many
    round_min: int  # and is rounded to this many minutes
    morning_at: str
    questions_at: str
    short_min: int  # minutes that a question takes
    remind_min: int  # minutes before the event
    ignored_most: int  # so many reminders in a row without an answer, and no more come
    titles: dict[str, Titles]  # the first is the usual one
    tag: Tag
    source: str

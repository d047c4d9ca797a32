"""What was: the mornings as text, picture and table, and every entry with a way to take it back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import groupby
from typing import NamedTuple

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.journal.mornings import Day
from unpinch.web import speech
from unpinch.web.charts.course import NARROW, WIDE, course
from unpinch.web.diary import in_words
from unpinch.web.forms import Here, Sent, text
from unpinch.web.routes.pain import ZONES
from unpinch.web.visit import Visit

router = APIRouter(prefix="/history")

SHOWN_DAYS = 84
PAGE = 80


class Week(NamedTuple):
    """Seven days that end on a day."""

    until: dt.date
    average: float | None
    mornings: int
    lowest: str
    sessions: int


class Line(NamedTuple):
    """One entry in the list; answers to health questions are folded together."""

    id: str
    time: str
    kind: str
    words: str
    taken_back: bool
    question: bool


@router.get("")
def history(visit: Here, every: bool = False, page: int = 1) -> HTMLResponse:
    """Show the mornings and the entries."""
    today = visit.now.date()
    days = [Day(one.day, one.leg, one.distal) for one in visit.person.morning_entries]
    shown = days if every else [one for one in days if (today - one.day).days < SHOWN_DAYS]
    sessions = _sessions(visit)
    known = [one for one in shown if one.leg is not None]
    entries, pages = _entries(visit, page)
    return visit.page(
        "history.html",
        headline=headline(known),
        place=place_words(shown),
        narrow=course(shown, sessions, today, NARROW) if known else None,
        wide=course(shown, sessions, today, WIDE) if known else None,
        weeks=weeks(shown, sessions, today),
        more=len(days) > len(shown),
        every=every,
        groups=entries,
        page=page,
        pages=pages,
        count=len(known),
    )


@router.post("/undo")
def undo(visit: Here, sent: Sent) -> Response:
    """Take an entry back: it stays in the journal and counts for nothing."""
    entry = text(sent, "entry")
    if entry not in {one.id for one in visit.journal.live}:
        raise HTTPException(404, "This entry is not there, or was taken back before.")
    visit.write("retraction", {"entry": entry})
    return RedirectResponse("/history#entries", status_code=303)


@router.post("/note")
def note(visit: Here, sent: Sent) -> Response:
    """Keep a few words of the person's own."""
    words = text(sent, "text")
    if words:
        visit.write("note", {"text": words[:4000]})
    return RedirectResponse("/history#entries", status_code=303)


def headline(known: list[Day]) -> str:
    """Say in one sentence how mornings were and are."""
    if not known:
        return "Your first ring comes tomorrow morning"
    if len(known) < 6:
        return f"{speech.count(len(known)).capitalize()} morning{'' if len(known) == 1 else 's'} so far"
    first = [one.leg or 0 for one in known[:7]]
    last = [one.leg or 0 for one in known[-7:]]
    then, now = round(sum(first) / len(first)), round(sum(last) / len(last))
    if then == now:
        return f"Mornings are much the same: about {now}"
    return f"Mornings are {'easier' if now < then else 'harder'}: about {then} then, about {now} now"


def place_words(days: list[Day]) -> str:
    """Say whether the pain stays higher up than it did."""
    told = [one.distal for one in days if one.distal is not None]
    if len(told) < 6:
        return ""
    then, now = _usual(told[:7]), _usual(told[-7:])
    if then == now:
        return f"The lowest place is mostly the same: {ZONES[now].lower()}."
    way = "higher up" if now < then else "further down"
    return f"The pain reaches {way}: {ZONES[then].lower()} then, {ZONES[now].lower()} now."


def weeks(days: list[Day], sessions: Counter[dt.date], today: dt.date) -> list[Week]:
    """Return the weeks from the latest to the first."""
    if not days:
        return []
    found = []
    until = today
    while until >= days[0].day:
        inside = [one for one in days if 0 <= (until - one.day).days < 7]
        told = [one.leg for one in inside if one.leg is not None]
        places = [one.distal for one in inside if one.distal is not None]
        found.append(
            Week(
                until=until,
                average=sum(told) / len(told) if told else None,
                mornings=len(told),
                lowest=ZONES[max(places)] if places else "",
                sessions=sum(sessions[until - dt.timedelta(days=back)] for back in range(7)),
            )
        )
        until -= dt.timedelta(days=7)
    return found


def _usual(told: list[int]) -> int:
    return sorted(told)[len(told) // 2]


def _sessions(visit: Visit) -> Counter[dt.date]:
    return Counter(
        session.ended_at.date()
        for session in visit.person.sessions.values()
        if session.event_last == "finished" and session.ended_at is not None
    )


def _entries(visit: Visit, page: int) -> tuple[list[tuple[dt.date, list[Line]]], int]:
    journal = visit.journal
    told = [entry for entry in reversed(journal.entries) if entry.kind != "retraction"]
    pages = max(1, -(-len(told) // PAGE))
    part = told[(page - 1) * PAGE : page * PAGE] if page >= 1 else []
    groups = []
    for day, entries in groupby(part, key=lambda entry: entry.day):
        lines = []
        for entry in entries:
            kind, words = in_words(entry, visit.knowledge)
            gone = entry.id in journal.retracted
            question = entry.kind == "screen"
            lines.append(Line(entry.id, speech.clock(entry.at), kind, words, gone, question))
        groups.append((day, lines))
    return groups, pages

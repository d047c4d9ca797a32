"""Which questions of the screen have to be asked, and which have to be asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from unpinch.care.meaning import Meaning, meaning
from unpinch.journal.fold import Answer, Person
from unpinch.knowledge.clinical import Band, Option, Question, Screening


def due(
    screening: Screening,
    latest: Mapping[str, Answer],
    means: Mapping[str, Meaning],
    flags: frozenset[str],
    *,
    now: dt.datetime,
    void: dt.datetime | None,
    after: Mapping[str, dt.datetime],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the questions never answered, and those to be answered again.

    Parameters
    ----------
    latest, means, flags
        The latest answers, what they mean, and the flags that they raise.
    void
        No answer of the full screen from before it counts.
    after
        Questions that must be answered after a time of their own.
    """
    missing: list[str] = []
    stale: list[str] = []
    for question in screening.questions:
        answer = latest.get(question.id)
        applies = _applies(question, flags)
        if answer is None:
            if applies and "full" in question.sets:
                missing.append(question.id)
            continue
        mean = means[question.id]
        if not applies and mean.tier == "G" and not mean.locks:
            continue
        # An answer that still closes something is asked about until it is taken back by itself,
        # although the answer that led to it has changed: nothing opens, and nothing stays shut for
        # ever, because of a box that was not ticked.
        turned = None if applies else _turned_at(question, screening, latest)
        due_after = latest_time(turned, after.get(question.id))
        if _is_old(question, answer, mean, screening, now, void) or (
            due_after is not None and answer.at < due_after
        ):
            stale.append(question.id)
    return tuple(missing), tuple(stale)


def _is_old(
    question: Question,
    answer: Answer,
    mean: Meaning,
    screening: Screening,
    now: dt.datetime,
    void: dt.datetime | None,
) -> bool:
    age = now - answer.at
    if "full" in question.sets:
        if age >= dt.timedelta(days=screening.full_days) or (void is not None and answer.at < void):
            return True
        if mean.recheck_days is not None and age >= dt.timedelta(days=mean.recheck_days):
            return True
    return "weekly" in question.sets and age >= dt.timedelta(days=screening.weekly_days)


def _turned_at(question: Question, screening: Screening, latest: Mapping[str, Answer]) -> dt.datetime | None:
    """Return when the answers that once led to a question were last given."""
    wanted = frozenset(question.only_if)
    return latest_time(
        *(
            latest[other.id].at
            for other in screening.questions
            if other.id in latest
            and not wanted.isdisjoint(flag for part in _answers(other) for flag in part.flags)
        )
    )


def _answers(question: Question) -> tuple[Option | Band, ...]:
    return (*question.options, *question.bands)


def line_due(
    answers: Sequence[Answer],
    latest: Mapping[str, Answer],
    now: dt.datetime,
    screening: Screening,
) -> tuple[bool, dt.datetime | None]:
    """Tell whether the one-line question is due, and since when it reopened the nerve questions.

    Whoever once said "yes" to it is asked, whatever the next tap says. Having answered all that it
    stands for within its hours is as good as the line itself.
    """
    told = [one.at for one in answers if one.question == screening.session_line and one.answer != "no"]
    reopened = told[-1] if told else None
    line = latest.get(screening.session_line)
    limit = dt.timedelta(hours=screening.session_hours)
    if line is not None and now - line.at < limit:
        return False, reopened
    behind = [latest.get(name) for name in screening.session_line_reopens]
    fresh = all(answer is not None and now - answer.at < limit for answer in behind)
    return not fresh, reopened


def gap_end(person: Person, now: dt.datetime, screening: Screening) -> dt.datetime | None:
    """Return when the person came back after the last long silence; ``now`` while it lasts.

    A silence that ended longer ago than the whole screen holds makes nothing due that is not due.
    """
    gap = dt.timedelta(days=screening.gap_days)
    holds = dt.timedelta(days=screening.full_days)
    following = now
    for entry in reversed(person.entries):
        if following - entry.at >= gap:
            return following
        following = entry.at
        if now - following > holds:
            return None
    return None


def next_checks(person: Person, screening: Screening) -> dict[str, dt.datetime]:
    """Return when the ``weekly`` and the ``full`` questions are to be answered again.

    By the age of the answers alone; what else makes them due is told by `due` on the day itself.
    A set of which nothing was answered yet has no time.
    """
    weekly, full = [], []
    for question in screening.questions:
        said = person.answers.get(question.id)
        if not said:
            continue
        at = said[-1].at
        if "weekly" in question.sets:
            weekly.append(at + dt.timedelta(days=screening.weekly_days))
        elif "full" in question.sets:
            again = meaning(question, said[-1].answer).recheck_days
            days = min(screening.full_days, screening.full_days if again is None else again)
            full.append(at + dt.timedelta(days=days))
    return {name: min(times) for name, times in (("weekly", weekly), ("full", full)) if times}


def asked(screening: Screening, flags: frozenset[str], which: str) -> list[Question]:
    """Return the questions of one set that apply."""
    return [
        question for question in screening.questions if which in question.sets and _applies(question, flags)
    ]


def _applies(question: Question, flags: frozenset[str]) -> bool:
    return not question.only_if or not flags.isdisjoint(question.only_if)


def latest_time(*times: dt.datetime | None) -> dt.datetime | None:
    """Return the latest of the times that there are."""
    return max((time for time in times if time is not None), default=None)

"""Is exercise safe? The tier, what closes which exercise, and which answers are missing.

An emergency or urgent sign stays until the person says that it was checked: a later "no" does not
undo it (taking the answer itself back does, as if it had never been given), and a sign that joins it
later means what both mean together. Everything else goes by the latest answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from unpinch.care.decision import Because
from unpinch.care.due import asked, due, gap_end, latest_time, line_due
from unpinch.care.meaning import Meaning, meaning
from unpinch.journal.fold import Answer, Person
from unpinch.knowledge.clinical import Question, Screening
from unpinch.knowledge.kinds import TIERS, Tier, highest

BLOCKING: frozenset[Tier] = frozenset({"E", "U"})
"""Tiers that stay until somebody has looked at the signs."""


class Screened(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the screen at a time.

    Attributes
    ----------
    tier
        Of the answers given so far; with ``missing`` it may still rise.
    missing, stale
        Questions never answered (or voided), and questions to be asked again, in their order.
    seen_at
        When the person last said that the signs were checked: nothing before it counts.
    agreed_at
        When it was told that a clinician agrees; None when not, or when it was taken back since.
    agreeable
        Every reason for tier R is one that a clinician's agreement can lower.
    """

    tier: Tier
    because: tuple[Because, ...]
    flags: frozenset[str]
    locks: frozenset[str]
    caution: tuple[str, ...]
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    line_due: bool
    screened_at: dt.datetime | None
    next_full: dt.date | None
    next_weekly: dt.date | None
    seen_at: dt.datetime | None
    agreed_at: dt.datetime | None
    agreeable: bool


def screen(
    person: Person,
    now: dt.datetime,
    screening: Screening,
    *,
    reopened: Mapping[str, dt.datetime] | None = None,
    red_at: dt.datetime | None = None,
) -> Screened:
    """Judge the answers of a person.

    Parameters
    ----------
    person
        The journal, folded.
    now
        The time, with its UTC offset.
    screening
        The questions, their combinations and timing.
    reopened
        Questions that something outside the screen made due (new numbness, a weak heel walk), with
        the time after which they must be answered.
    red_at
        When an exercise last was red: the whole screen must be answered after it.
    """
    questions = {question.id: question for question in screening.questions}
    seen_at = _last(person, screening.seen, "yes")
    answers = [
        answer
        for answer_list in person.answers.values()
        for answer in answer_list
        if answer.question in questions and (seen_at is None or answer.at >= seen_at)
    ]
    answers.sort(key=lambda answer: (answer.at, answer.entry_id))
    told = _told(answers, questions)
    latest = {answer.question: answer for answer in answers}
    means = {answer.question: mean for answer, mean in told}
    flags = frozenset(flag for mean in means.values() for flag in mean.flags)

    agreed_at = _agreed_at(person, screening, seen_at)
    since = _since(told, means)
    because = [
        *_sticky(told, screening),
        *_standing(latest, means, since, agreed_at),
        *_combined(flags, latest, means, since, screening, agreed_at),
    ]
    because.sort(key=lambda reason: (-TIERS.index(reason.tier), reason.at, reason.source))

    void = latest_time(gap_end(person, now, screening), red_at)
    is_line_due, line_at = line_due(answers, latest, now, screening)
    after = dict(reopened or {})
    if line_at is not None:
        after |= {name: max(line_at, after.get(name, line_at)) for name in screening.session_line_reopens}
    missing, stale = due(screening, latest, means, flags, now=now, void=void, after=after)
    full_times = [latest[q.id].at for q in asked(screening, flags, "full") if q.id in latest]
    weekly_times = [latest[q.id].at for q in asked(screening, flags, "weekly") if q.id in latest]
    return Screened(
        tier=highest(*(reason.tier for reason in because)),
        because=tuple(because),
        flags=flags,
        locks=frozenset(lock for mean in means.values() for lock in mean.locks),
        caution=tuple(dict.fromkeys(word for name in sorted(means) for word in means[name].caution)),
        missing=missing,
        stale=stale,
        line_due=is_line_due,
        screened_at=max(full_times, default=None),
        next_full=_after(full_times, screening.full_days),
        next_weekly=_after(weekly_times, screening.weekly_days),
        seen_at=seen_at,
        agreed_at=agreed_at,
        agreeable=not any(mean.final for mean in means.values()),
    )


def _told(answers: Sequence[Answer], questions: Mapping[str, Question]) -> list[tuple[Answer, Meaning]]:
    """Pair each answer with its meaning; the same answer to the same question is read once."""
    known: dict[tuple[str, object], Meaning] = {}
    told = []
    for answer in answers:
        key = (answer.question, answer.answer)
        if key not in known:
            known[key] = meaning(questions[answer.question], answer.answer)
        told.append((answer, known[key]))
    return told


def _agreed_at(person: Person, screening: Screening, seen_at: dt.datetime | None) -> dt.datetime | None:
    """Return when a clinician's agreement was told; a later "no", or new signs checked, ends it."""
    said = person.answers.get(screening.clinician_ok, ())
    if not said or said[-1].answer != "yes" or (seen_at is not None and said[-1].at < seen_at):
        return None
    return said[-1].at


def _since(told: Sequence[tuple[Answer, Meaning]], means: Mapping[str, Meaning]) -> dict[str, dt.datetime]:
    """Return since when each answer has meant what it means now, through every time it was asked.

    Somebody who agreed to it has agreed: being asked the same again, and answering the same, is
    nothing new.
    """
    since: dict[str, dt.datetime] = {}
    for answer, mean in told:
        if mean == means[answer.question]:
            since.setdefault(answer.question, answer.at)
        else:
            since.pop(answer.question, None)
    return since


# --- tiers --------------------------------------------------------------------------------------


def _sticky(told: Sequence[tuple[Answer, Meaning]], screening: Screening) -> Iterable[Because]:
    """Walk through the answers in time: whatever was E or U at any moment stays, with its flags."""
    flags_of: dict[str, frozenset[str]] = {}
    kept: frozenset[str] = frozenset()
    named: set[tuple[str, str]] = set()
    grave = [combination for combination in screening.combinations if combination.tier in BLOCKING]
    for answer, mean in told:
        flags_of[answer.question] = mean.flags
        if mean.tier in BLOCKING:
            kept |= mean.flags
            if (answer.question, mean.tier) not in named:
                named.add((answer.question, mean.tier))
                yield Because(source=answer.question, answer=_plain(answer), tier=mean.tier, at=answer.at)
        if not mean.flags:
            continue  # combinations are monotone: without a flag none can come true
        flags = kept.union(*flags_of.values())
        for combination in grave:
            key = (combination.id, combination.tier)
            if key not in named and combination.when.holds(flags):
                named.add(key)
                yield Because(source=combination.id, answer=None, tier=combination.tier, at=answer.at)


def _standing(
    latest: Mapping[str, Answer],
    means: Mapping[str, Meaning],
    since: Mapping[str, dt.datetime],
    agreed_at: dt.datetime | None,
) -> Iterable[Because]:
    """Tiers below E and U, by the latest answers; R becomes A once a clinician agrees."""
    for name, answer in latest.items():
        mean = means[name]
        if mean.tier in BLOCKING or mean.tier == "G":
            continue
        tier = mean.tier
        if tier == "R" and not mean.final and agreed_at is not None and since[name] < agreed_at:
            tier = "A"
        yield Because(source=name, answer=_plain(answer), tier=tier, at=answer.at)


def _combined(
    flags: frozenset[str],
    latest: Mapping[str, Answer],
    means: Mapping[str, Meaning],
    since: Mapping[str, dt.datetime],
    screening: Screening,
    agreed_at: dt.datetime | None,
) -> Iterable[Because]:
    for combination in screening.combinations:
        if combination.tier in BLOCKING or not combination.when.holds(flags):
            continue
        when = combination.when
        names = [
            name for name in latest if not means[name].flags.isdisjoint((*when.all, *when.any, *when.of))
        ]
        agreed = agreed_at is not None and all(since[name] < agreed_at for name in names)
        tier: Tier = "A" if combination.tier == "R" and agreed else combination.tier
        at = max(latest[name].at for name in names)
        yield Because(source=combination.id, answer=None, tier=tier, at=at)


# --- small things -------------------------------------------------------------------------------


def _last(person: Person, question: str, answer: str) -> dt.datetime | None:
    times = [said.at for said in person.answers.get(question, ()) if said.answer == answer]
    return max(times, default=None)


def _plain(answer: Answer) -> str:
    said = answer.answer
    if isinstance(said, tuple):
        return ", ".join(said)
    return said if isinstance(said, str) else f"{said:g}"


def _after(times: Sequence[dt.datetime], days: int) -> dt.date | None:
    return (min(times) + dt.timedelta(days=days)).date() if times else None

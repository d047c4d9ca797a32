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
from unpinch.journal.fold import Answer, Person
from unpinch.knowledge.clinical import Band, Option, Question, Screening
from unpinch.knowledge.kinds import TIERS, Tier, highest

BLOCKING: frozenset[Tier] = frozenset({"E", "U"})
"""Tiers that stay until somebody has looked at the signs."""


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer stands for."""

    tier: Tier = "G"
    flags: frozenset[str] = frozenset()
    locks: frozenset[str] = frozenset()
    caution: tuple[str, ...] = ()
    recheck_days: int | None = None
    final: bool = False


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


def meaning(question: Question, answer: str | float | tuple[str, ...]) -> Meaning:
    """Return what an answer stands for.

    An answer that the question does not know (from another version) stands for the gravest of
    its options: it is never taken for a "no".
    """
    if isinstance(answer, float | int) and question.bands:
        bands = [band for band in question.bands if answer >= band.at_least]
        return _of(bands[-1:] or question.bands[:1])
    by_id = {option.id: option for option in question.options}
    chosen = answer if isinstance(answer, tuple) else (answer,)
    known = [by_id[part] for part in chosen if isinstance(part, str) and part in by_id]
    if len(known) < len(chosen) or not known:
        return _of(question.options or question.bands)
    return _of(known)


def _of(parts: Sequence[Option | Band]) -> Meaning:
    return Meaning(
        tier=highest(*(part.tier for part in parts)),
        flags=frozenset(flag for part in parts for flag in part.flags),
        locks=frozenset(lock for part in parts for lock in part.locks),
        caution=tuple(word for part in parts if isinstance(part, Option) for word in part.caution),
        recheck_days=min(
            (part.recheck_days for part in parts if part.recheck_days),
            default=None,
        ),
        final=any(isinstance(part, Band) and part.final for part in parts),
    )


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

    void = _latest_time(_gap_end(person, now, screening), red_at)
    line_due, line_at = _line(answers, latest, now, screening)
    after = dict(reopened or {})
    if line_at is not None:
        after |= {name: max(line_at, after.get(name, line_at)) for name in screening.session_line_reopens}
    missing, stale = _due(screening, latest, means, flags, now=now, void=void, after=after)
    full_times = [latest[q.id].at for q in _asked(screening, flags, "full") if q.id in latest]
    weekly_times = [latest[q.id].at for q in _asked(screening, flags, "weekly") if q.id in latest]
    return Screened(
        tier=highest(*(reason.tier for reason in because)),
        because=tuple(because),
        flags=flags,
        locks=frozenset(lock for mean in means.values() for lock in mean.locks),
        caution=tuple(dict.fromkeys(word for name in sorted(means) for word in means[name].caution)),
        missing=missing,
        stale=stale,
        line_due=line_due,
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


# --- what is due --------------------------------------------------------------------------------


def _due(
    screening: Screening,
    latest: Mapping[str, Answer],
    means: Mapping[str, Meaning],
    flags: frozenset[str],
    *,
    now: dt.datetime,
    void: dt.datetime | None,
    after: Mapping[str, dt.datetime],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the questions never answered, and those to be answered again."""
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
        due_after = _latest_time(turned, after.get(question.id))
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
    return _latest_time(
        *(
            latest[other.id].at
            for other in screening.questions
            if other.id in latest and wanted.intersection(_of((*other.options, *other.bands)).flags)
        )
    )


def _line(
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


def _gap_end(person: Person, now: dt.datetime, screening: Screening) -> dt.datetime | None:
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


def _asked(screening: Screening, flags: frozenset[str], which: str) -> list[Question]:
    return [
        question for question in screening.questions if which in question.sets and _applies(question, flags)
    ]


def _applies(question: Question, flags: frozenset[str]) -> bool:
    return not question.only_if or not flags.isdisjoint(question.only_if)


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


def _latest_time(*times: dt.datetime | None) -> dt.datetime | None:
    return max((time for time in times if time is not None), default=None)

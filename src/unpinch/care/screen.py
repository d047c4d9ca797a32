"""Is exercise safe? The tier, what closes which exercise, and which answers are missing.

An emergency or urgent sign stays until the person says that it was checked: a later "no" does not
undo it (taking the answer itself back does, as if it had never been given). Everything else goes by
the latest answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from unpinch.care.decision import Because
from unpinch.journal.fold import Answer, Person
from unpinch.knowledge.clinical import Band, Option, Question, Screening
from unpinch.knowledge.kinds import TIERS, Tier, highest

_STICKY: frozenset[Tier] = frozenset({"E", "U"})


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
    voided_at
        When the person last said that the signs were checked.
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
    reopened_at: dt.datetime | None = None,
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
    reopened_at
        When new numbness or weakness was last told outside the screen: the questions about nerves
        must be answered after it.
    red_at
        When an exercise last was red: the whole screen must be answered after it.
    """
    questions = {question.id: question for question in screening.questions}
    seen_at = _last(person, screening.seen, "yes")
    answers = [
        answer
        for answer_list in person.answers.values()
        for answer in answer_list
        if answer.question in questions and (seen_at is None or answer.at > seen_at)
    ]
    answers.sort(key=lambda answer: (answer.at, answer.entry_id))
    latest = {answer.question: answer for answer in answers}
    means = {name: meaning(questions[name], answer.answer) for name, answer in latest.items()}

    agreed_at = _last(person, screening.clinician_ok, "yes")
    because = [
        *_sticky(answers, questions, screening),
        *_standing(latest, means, agreed_at),
        *_combined(_flags(means.values()), latest, screening, agreed_at),
    ]
    because.sort(key=lambda reason: (-TIERS.index(reason.tier), reason.at, reason.source))
    flags = _flags(means.values())

    gap_end = _gap_end(person, now, screening)
    void = _latest_time(gap_end, red_at)
    line_due, line_reopened = _line(latest, now, screening)
    reopened = _latest_time(line_reopened, reopened_at)
    missing, stale = _due(screening, latest, flags, now=now, void=void, reopened=reopened, means=means)
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
    )


# --- tiers --------------------------------------------------------------------------------------


def _sticky(
    answers: Sequence[Answer], questions: Mapping[str, Question], screening: Screening
) -> Iterable[Because]:
    """Walk through the answers in time: whatever was E or U at any moment stays."""
    flags_of: dict[str, frozenset[str]] = {}
    told: set[tuple[str, str]] = set()
    for answer in answers:
        mean = meaning(questions[answer.question], answer.answer)
        before = flags_of.get(answer.question, frozenset())
        flags_of[answer.question] = mean.flags
        if mean.tier in _STICKY and (answer.question, mean.tier) not in told:
            told.add((answer.question, mean.tier))
            yield Because(source=answer.question, answer=_plain(answer), tier=mean.tier, at=answer.at)
        if mean.flags <= before:
            continue  # combinations are monotone: without a new flag none can come true
        flags = frozenset().union(*flags_of.values())
        for combination in screening.combinations:
            key = (combination.id, combination.tier)
            if combination.tier in _STICKY and key not in told and combination.when.holds(flags):
                told.add(key)
                yield Because(source=combination.id, answer=None, tier=combination.tier, at=answer.at)


def _standing(
    latest: Mapping[str, Answer], means: Mapping[str, Meaning], agreed_at: dt.datetime | None
) -> Iterable[Because]:
    """Tiers below E and U, by the latest answers; R becomes A once a clinician agrees."""
    for name, answer in latest.items():
        mean = means[name]
        if mean.tier in _STICKY or mean.tier == "G":
            continue
        tier = mean.tier
        if tier == "R" and not mean.final and agreed_at is not None and answer.at <= agreed_at:
            tier = "A"
        yield Because(source=name, answer=_plain(answer), tier=tier, at=answer.at)


def _combined(
    flags: frozenset[str],
    latest: Mapping[str, Answer],
    screening: Screening,
    agreed_at: dt.datetime | None,
) -> Iterable[Because]:
    newest = max((answer.at for answer in latest.values()), default=None)
    for combination in screening.combinations:
        if combination.tier in _STICKY or newest is None or not combination.when.holds(flags):
            continue
        tier = combination.tier
        raised = {*combination.when.all, *combination.when.any, *combination.when.of}
        at = max(
            (latest[name].at for name in latest if not _none_of(name, latest, screening, raised)),
            default=newest,
        )
        if tier == "R" and agreed_at is not None and at <= agreed_at:
            tier = "A"
        yield Because(source=combination.id, answer=None, tier=tier, at=at)


def _none_of(name: str, latest: Mapping[str, Answer], screening: Screening, flags: set[str]) -> bool:
    question = next(question for question in screening.questions if question.id == name)
    return meaning(question, latest[name].answer).flags.isdisjoint(flags)


# --- what is due --------------------------------------------------------------------------------


def _due(
    screening: Screening,
    latest: Mapping[str, Answer],
    flags: frozenset[str],
    *,
    now: dt.datetime,
    void: dt.datetime | None,
    reopened: dt.datetime | None,
    means: Mapping[str, Meaning],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    missing: list[str] = []
    stale: list[str] = []
    for question in screening.questions:
        if not _applies(question, flags):
            continue
        answer = latest.get(question.id)
        if "full" in question.sets and answer is None:
            missing.append(question.id)
        elif answer is not None and _is_stale(
            question, answer, means[question.id], screening, now, void, reopened
        ):
            stale.append(question.id)
    return tuple(missing), tuple(stale)


def _is_stale(
    question: Question,
    answer: Answer,
    mean: Meaning,
    screening: Screening,
    now: dt.datetime,
    void: dt.datetime | None,
    reopened: dt.datetime | None,
) -> bool:
    age = now - answer.at
    if "full" in question.sets:
        if age >= dt.timedelta(days=screening.full_days):
            return True
        if void is not None and answer.at < void:
            return True
        if mean.recheck_days is not None and age >= dt.timedelta(days=mean.recheck_days):
            return True
    if "weekly" in question.sets and age >= dt.timedelta(days=screening.weekly_days):
        return True
    return question.id in screening.session_line_reopens and reopened is not None and answer.at < reopened


def _line(
    latest: Mapping[str, Answer], now: dt.datetime, screening: Screening
) -> tuple[bool, dt.datetime | None]:
    """Tell whether the one-line question is due, and since when it reopened the nerve questions.

    Having answered all that it stands for within its hours is as good as the line itself.
    """
    line = latest.get(screening.session_line)
    reopened = line.at if line is not None and line.answer != "no" else None
    limit = dt.timedelta(hours=screening.session_hours)
    if line is not None and now - line.at < limit:
        return False, reopened
    behind = [latest.get(name) for name in screening.session_line_reopens]
    fresh = all(answer is not None and now - answer.at < limit for answer in behind)
    return not fresh, reopened


def _gap_end(person: Person, now: dt.datetime, screening: Screening) -> dt.datetime | None:
    """Return when the person came back after the last long silence; ``now`` while it lasts."""
    gap = dt.timedelta(days=screening.gap_days)
    following = now
    for entry in reversed(person.entries):
        if following - entry.at >= gap:
            return following
        following = entry.at
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


def _flags(means: Iterable[Meaning]) -> frozenset[str]:
    return frozenset(flag for mean in means for flag in mean.flags)


def _plain(answer: Answer) -> str:
    said = answer.answer
    if isinstance(said, tuple):
        return ", ".join(said)
    return said if isinstance(said, str) else f"{said:g}"


def _after(times: Sequence[dt.datetime], days: int) -> dt.date | None:
    return (min(times) + dt.timedelta(days=days)).date() if times else None


def _latest_time(*times: dt.datetime | None) -> dt.datetime | None:
    return max((time for time in times if time is not None), default=None)

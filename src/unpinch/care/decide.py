"""The heart: a journal and a time give a Decision."""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from functools import partial

import msgspec

from unpinch.care.access import facts_of, locks
from unpinch.care.asks import asks
from unpinch.care.changes import changes
from unpinch.care.choice import candidates, limits_of
from unpinch.care.days import adherence_by_day, day_records
from unpinch.care.decision import (
    VERSION,
    Change,
    Clearance,
    Decision,
    Plan,
    Refusal,
    RefusalName,
)
from unpinch.care.dosing import Event, standings
from unpinch.care.findings import findings
from unpinch.care.fired import fired
from unpinch.care.freeing import freed
from unpinch.care.light import base_of, judge_all
from unpinch.care.opened import Opened, Scene, families_on_trial, opened
from unpinch.care.planning import Candidate, Limits, plan
from unpinch.care.refer import notices
from unpinch.care.reopen import reopened
from unpinch.care.screen import BLOCKING, Screened, screen
from unpinch.journal import Journal
from unpinch.journal.entry import encode_lines
from unpinch.journal.fold import CLOCK_SLACK, Person, fold
from unpinch.knowledge import Knowledge, load, say
from unpinch.knowledge.kinds import TIERS
from unpinch.learning import Beliefs, DayRecord, learn
from unpinch.learning.policy import Choice, choose

_SEED_BYTES = 8


def decide(journal: Journal, now: dt.datetime, knowledge: Knowledge | None = None) -> Decision:
    """Conclude what is safe, what helps and what to do today.

    Pure and deterministic: the same journal, time and knowledge give the same bytes.

    Parameters
    ----------
    journal
        What happened.
    now
        The time, with its UTC offset; its date is the person's own day.
    knowledge
        What is known; without it, what ships with this version.

    Raises
    ------
    ValueError
        When ``now`` has no UTC offset.
    """
    known = load() if knowledge is None else knowledge
    person = fold(journal, _horizon(journal, now))
    base = base_of(person.mornings, person)
    rests = {name for name, exercise in known.exercises.items() if exercise.kind == "relief"}
    judged = judge_all(person, base, known.rules, rests)
    standing, events = standings(judged, known.exercises, known.rules, adherence_by_day(person, known))
    screened = screen(
        person,
        now,
        known.screening,
        reopened=reopened(person, known),
        red_at=max((one.known_at for one in judged if one.light == "red"), default=None),
    )
    clock_went_back = bool(journal.live) and now < journal.live[-1].at - CLOCK_SLACK
    if clock_went_back:
        screened = _with_warnings_ahead(screened, journal, known)
    leg = _leg_now(person, now, known)
    facts = facts_of(person, screened, leg, now, known)
    scene = Scene(
        person=person,
        now=now,
        facts=facts,
        locks=locks(facts, standing, known),
        standing=standing,
        judged=judged,
        findings=findings(person, known),
        notices=notices(person, judged, base, now, known, screened),
        knowledge=known,
    )
    limits = limits_of(scene)
    records = day_records(person, judged, base, known, now.date())
    beliefs = _learn(records, person, now, known)
    counted = _digest(person)
    refusal = _refusal(scene, screened, clock_went_back=clock_went_back)
    session, changed = (None, ()) if refusal else _session(scene, limits, beliefs, records, events)
    if refusal is None and session is None:
        reasons = freed(scene, limits, partial(_offer, beliefs, records))
        refusal = msgspec.structs.replace(_refuse("NothingFits", known), freed=reasons)
    return Decision(
        version=VERSION,
        now=now,
        journal=counted,
        knowledge=known.version,
        clearance=_clearance(scene, screened),
        findings=scene.findings,
        rules=fired(events, scene.notices, now, known),
        trend=beliefs.trend,
        beliefs=beliefs.beliefs,
        baseline_days_left=beliefs.baseline_days_left,
        session=session,
        refusal=refusal,
        changes=changed,
        asks=asks(
            person,
            screened,
            now,
            known,
            leg=leg,
            outcomes={notice.outcome for notice in scene.notices},
            tests=limits.kind == "full",
        ),
    )


def _horizon(journal: Journal, now: dt.datetime) -> dt.datetime:
    """Return the time up to which entries count: a device's clock may be a little ahead.

    An answer that such a device has given counts at once, a warning sign above all.
    """
    place = bisect_right(journal.entries, now, key=lambda entry: entry.at - CLOCK_SLACK)
    return max([now, *(entry.at for entry in journal.entries[:place][-1:])])


def _with_warnings_ahead(screened: Screened, journal: Journal, knowledge: Knowledge) -> Screened:
    """Let warning signs count that were told by a device whose clock is far ahead.

    The plan waits until the clocks agree; an emergency does not.
    """
    end = journal.entries[-1].at
    ahead = screen(fold(journal, end), end, knowledge.screening)
    if TIERS.index(ahead.tier) <= TIERS.index(screened.tier) or ahead.tier not in BLOCKING:
        return screened
    return msgspec.structs.replace(screened, tier=ahead.tier, because=ahead.because, flags=ahead.flags)


def _refusal(scene: Scene, screened: Screened, *, clock_went_back: bool) -> Refusal | None:
    """Return the gravest reason against a session, None when there is none."""
    known = scene.knowledge
    outcomes = {notice.outcome: notice for notice in scene.notices}
    if screened.tier == "E":
        return _refuse("EmergencySigns", known)
    if screened.tier == "U" or "severe" in outcomes:
        return _refuse("UrgentSigns", known)
    if clock_went_back:
        return _refuse("ClockWentBack", known)
    if screened.missing:
        return _refuse("ScreenMissing", known, missing=screened.missing)
    if screened.stale:
        return _refuse("StaleAnswers", known, missing=screened.stale)
    if screened.tier == "R":
        # No clinician can agree to it: the words say so instead of sending for one's word.
        words = None if screened.agreeable else "screen.under_age"
        return _refuse("SeeClinicianFirst", known, words=words)
    if "pause" in outcomes:
        return _refuse("ProgrammePaused", known, until=outcomes["pause"].until)
    if screened.line_due:
        return _refuse("StaleAnswers", known, missing=(known.screening.session_line,))
    if scene.facts.leg is None:
        return _refuse("PainMissing", known)
    return None


def _refuse(
    name: RefusalName,
    knowledge: Knowledge,
    *,
    missing: tuple[str, ...] = (),
    until: dt.datetime | None = None,
    words: str | None = None,
) -> Refusal:
    said = say(knowledge.words, words or f"refusal.{name}")
    return Refusal(name=name, words=said, missing=missing, until=until)


def _session(
    scene: Scene,
    limits: Limits,
    beliefs: Beliefs,
    records: Sequence[DayRecord],
    events: Sequence[Event],
) -> tuple[Plan | None, tuple[Change, ...]]:
    """Plan today's session, and say how it differs from the last one.

    The chance in it is drawn from the journal itself and the day. Only what no lock closes is
    offered to the policy, so that it cannot choose anything else.
    """
    today = opened(scene, limits)
    choice = _choice(today, beliefs, records)
    session = plan(candidates(today, choice, beliefs.beliefs), limits, scene.knowledge)
    if session is None:
        return None, ()
    return session, changes(session, limits, choice, scene, events)


def _choice(today: Opened, beliefs: Beliefs, records: Sequence[DayRecord]) -> Choice:
    scene = today.scene
    return choose(
        beliefs,
        records,
        families_on_trial(today, due=True),
        scene.knowledge.rules.learning,
        _seed(scene.person),
        today=scene.now.date(),
        trial_families=families_on_trial(today, due=False),
        asked_back=scene.facts.wanted,
    )


def _offer(
    beliefs: Beliefs, records: Sequence[DayRecord], scene: Scene, limits: Limits, every_family: bool
) -> tuple[Candidate, ...]:
    """Return what may be planned; of every family that does no harm, whatever day it has, if so asked."""
    today = opened(scene, limits)
    choice = _choice(today, beliefs, records)
    if every_family:
        open_now = families_on_trial(today, due=True)
        wanted = tuple(family for family in open_now if family not in choice.dropped)
        choice = msgspec.structs.replace(choice, today=wanted)
    return candidates(today, choice, beliefs.beliefs)


def _learn(records: Sequence[DayRecord], person: Person, now: dt.datetime, knowledge: Knowledge) -> Beliefs:
    families: dict[str, tuple[str, ...]] = {
        name: tuple(e.id for e in knowledge.exercises.values() if e.family == name)
        for name in knowledge.families
    }
    since = person.profile.since
    start = records[0].day if records else now.date()
    return learn(
        records,
        families=families,
        priors=knowledge.priors,
        rules=knowledge.rules.learning,
        since_days=None if since is None else max(0, (start - since).days),
    )


def _clearance(scene: Scene, screened: Screened) -> Clearance:
    known = scene.knowledge
    blocked = screened.tier in BLOCKING
    return Clearance(
        tier=screened.tier if blocked or not screened.missing else None,
        because=screened.because,
        locks=scene.locks,
        cautions=tuple(say(known.words, f"caution.{word}") for word in screened.caution),
        missing=(*screened.missing, *screened.stale),
        flags=tuple(sorted(screened.flags)),
        screened_at=screened.screened_at,
        next_full=screened.next_full,
        next_weekly=screened.next_weekly,
    )


def _leg_now(person: Person, now: dt.datetime, knowledge: Knowledge) -> int | None:
    """Return the newest leg NPRS that is fresh enough to plan by."""
    limit = dt.timedelta(hours=knowledge.rules.stale.pain_now_h)
    for at, pain in reversed(person.pains):
        if now - at > limit:
            return None
        if pain.leg_nprs is not None:
            return pain.leg_nprs
    return None


def _digest(person: Person) -> str:
    return hashlib.sha256(encode_lines(person.entries)).hexdigest()


def _seed(person: Person) -> int:
    """Return a number that stands for the person, so that chance can be replayed.

    It must not change with today's answers, or today's plan would jump about with each of them:
    the first entry stands for the person.
    """
    first = person.entries[0].id if person.entries else ""
    return int.from_bytes(hashlib.sha256(first.encode()).digest()[:_SEED_BYTES], "big")

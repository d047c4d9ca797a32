"""Decisions put together by hand, so that every state of a page can be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import msgspec

from tests.web.people import NOW
from unpinch.care.decision import (
    VERSION,
    Ask,
    Because,
    Change,
    Clearance,
    Decision,
    Finding,
    Fired,
    Lock,
    Plan,
    PlannedDose,
    PlannedExercise,
    Refusal,
    RefusalName,
)
from unpinch.journal import Journal
from unpinch.knowledge import Knowledge, Words, load
from unpinch.knowledge.kinds import Side, Tier
from unpinch.learning.beliefs import Belief, Leaning, Trend, Verdict

REFUSALS: Final[tuple[RefusalName, ...]] = (
    "ScreenMissing",
    "StaleAnswers",
    "EmergencySigns",
    "UrgentSigns",
    "SeeClinicianFirst",
    "ProgrammePaused",
    "PainMissing",
    "NothingFits",
    "ClockWentBack",
)

TIER_OF: Final[dict[str, Tier | None]] = {
    "ScreenMissing": None,
    "EmergencySigns": "E",
    "UrgentSigns": "U",
    "SeeClinicianFirst": "R",
}


def words(text: str) -> Words:
    """Return a sentence as a Decision holds it."""
    return Words(key="test", text=text)


def clearance(tier: Tier | None, **more: Any) -> Clearance:
    """Return a clearance with a reason of its tier."""
    because: tuple[Because, ...] = ()
    if tier in ("E", "U", "R"):
        because = (Because(source="CE1", answer="yes_new", tier=tier, at=NOW),)
    plain: dict[str, Any] = {
        "tier": tier,
        "because": because,
        "locks": (),
        "cautions": (),
        "missing": (),
        "flags": (),
        "screened_at": NOW,
        "next_full": None,
        "next_weekly": None,
    }
    return Clearance(**plain | more)


def decision(**more: Any) -> Decision:
    """Return a Decision with nothing in it but what is given."""
    plain: dict[str, Any] = {
        "version": VERSION,
        "now": NOW,
        "journal": "0" * 64,
        "knowledge": load().version,
        "clearance": clearance("G"),
        "findings": (),
        "rules": (),
        "trend": Trend(mornings=0, now=None, change_per_week=None, noise_sd=None),
        "beliefs": (),
        "baseline_days_left": 0,
        "session": None,
        "refusal": None,
        "changes": (),
        "asks": (),
    }
    return Decision(**plain | more)


def refused(name: RefusalName, **more: Any) -> Decision:
    """Return a Decision that refuses by name."""
    tier = TIER_OF.get(name, "G")
    missing: tuple[str, ...] = ("CE1", "CE2") if name in ("ScreenMissing", "StaleAnswers") else ()
    until = NOW + dt.timedelta(days=3) if name == "ProgrammePaused" else None
    return decision(
        clearance=clearance(tier, missing=missing),
        refusal=Refusal(name=name, words=words(f"Words of {name}."), missing=missing, until=until),
        **more,
    )


def line_due() -> Decision:
    """Return a Decision that wants the one-line question first."""
    line = load().screening.session_line
    refusal = Refusal(name="StaleAnswers", words=words("One question."), missing=(line,))
    ask = Ask(name="session_line", target=line, words=words("One question before we start."))
    return decision(refusal=refusal, asks=(ask,))


def planned(exercise: str, *, sides: tuple[Side, ...] = (), **dose: Any) -> PlannedExercise:
    """Return one stop of a plan."""
    known = load().exercises[exercise]
    amount: dict[str, Any] = {
        "sets": 2,
        "reps": None,
        "hold_s": None,
        "minutes": None,
        "rest_s": 10.0,
        "effort_cr10": None,
    }
    return PlannedExercise(
        exercise=exercise,
        variant=known.ladder[known.start].variant,
        rung=known.start,
        position=known.position,
        sides=sides,
        dose=PlannedDose(**amount | dose),
        minutes=3.0,
        light=None,
        new=False,
        on_trial=True,
        why=words(f"Why {exercise} today."),
    )


def plan(kind: Any = "full") -> Plan:
    """Return a plan of four stops: minutes, repetitions, holds, both legs."""
    stops = (
        planned("EX29", minutes=2.0, sets=1),
        planned("EX20", sides=("right", "left"), reps=10),
        planned("EX16", sides=("left", "right"), hold_s=20.0),
        planned("EX09", reps=8),
    )
    return Plan(exercises=stops, minutes=11.2, kind=kind)


def change(exercise: str, what: Any, before: str | None = None, after: str | None = None) -> Change:
    """Return a change."""
    return Change(
        exercise=exercise,
        what=what,
        before=before,
        after=after,
        rule="R7",
        words=words(f"Reason for {exercise}."),
    )


def lock(
    exercise: str, code: str, *, until: dt.datetime | None = None, limit_to: tuple[str, ...] = ()
) -> Lock:
    """Return a lock."""
    return Lock(
        exercise=exercise,
        code=code,
        words=words(f"{exercise} waits for {code}."),
        limit_to=limit_to,
        until=until,
        stand_in="EX21",
    )


def finding(test: str, left: float | None, right: float | None, label: Any = "clear") -> Finding:
    """Return a side difference."""
    return Finding(
        test=test,
        at=NOW,
        left=left,
        right=right,
        value=None if left is not None else 12.0,
        unit="reps",
        label=label,
        weaker="right" if label == "clear" else None,
        days=2,
        words=words("The right side managed less on two days. It does not show the cause."),
    )


def belief(
    subject: str, verdict: Verdict, centre: float, *, days: int = 14, leaning: Leaning = "none"
) -> Belief:
    """Return a belief whose dots lie around ``centre``."""
    dots = tuple(centre + (place - 9.5) * 0.12 for place in range(20))
    return Belief(
        subject=subject,
        level="family",
        when="next_day",
        mean=centre,
        low=centre - 1.0,
        high=centre + 1.0,
        p_easier=sum(dot < 0 for dot in dots) / 20,
        days=days,
        verdict=verdict,
        leaning=leaning,
        more_days=10 if verdict == "cant_tell_yet" else None,
        dots=dots,
    )


def full() -> Decision:
    """Return a Decision in which everything has something to say."""
    later = NOW + dt.timedelta(days=7)
    return decision(
        clearance=clearance(
            "A",
            locks=(
                lock("EX05", "R4", until=later),
                lock("EX18", "THR"),
                lock("EX17", "preference"),
                lock("EX14", "FLEX", limit_to=("EX14a",)),
            ),
            cautions=(words("Keep something firm in reach."),),
            flags=("crisis",),
        ),
        findings=(
            finding("T8", 14.0, 9.0),
            finding("T1", None, None, "none"),
            finding("T6", 0.0, 0.0, "none"),
        ),
        rules=(
            Fired(
                rule="R9", outcome="review", subject=None, at=NOW, saw={}, words=words("It is four weeks.")
            ),
        ),
        trend=Trend(mornings=29, now=(3.2, 3.8, 4.4), change_per_week=(-0.5, -0.3, -0.1), noise_sd=0.9),
        beliefs=(
            belief("sliders", "helps", -1.0),
            belief("hip_strength", "cant_tell_yet", -0.6, leaning="easier", days=9),
            belief("buttock_stretch", "cant_tell_yet", 0.0, days=5),
            belief("forward_bend", "makes_worse", 1.1),
            belief("back_bend", "seems_not_to", 0.05),
            belief("leg_strength", "cant_tell_yet", 0.7, leaning="harder", days=8),
            belief("side_glide", "cant_tell_yet", 0.0, days=0),
        ),
        session=plan(),
        changes=(
            change("EX09", "less", "2 times 8", "1 time 8"),
            change("EX08", "dropped"),
            change("EX20", "added", after="2 times 10"),
            change("EX05", "waits"),
        ),
        asks=(
            Ask(name="morning", words=words("How was the leg this morning?")),
            Ask(name="profile", target="since", words=words("Tell us a little more about you.")),
            Ask(name="selftest", target="T1", words=words("Try this when you like: five stands.")),
            Ask(name="questionnaire", target="PSFS", words=words("A few minutes for this.")),
        ),
    )


def decider(made: Decision) -> Callable[[Journal, dt.datetime, Knowledge], Decision]:
    """Return a decider that always says the same."""
    return lambda journal, now, knowledge: made


def with_session(made: Decision, session: Plan) -> Decision:
    """Return a Decision with another plan."""
    return msgspec.structs.replace(made, session=session)

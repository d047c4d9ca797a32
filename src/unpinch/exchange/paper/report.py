"""The report for a clinician: at most two pages, self-reported, and honest about what it cannot tell."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, Final

from unpinch import __version__
from unpinch.care.changes import spoken_dose
from unpinch.care.decision import Finding, Fired
from unpinch.exchange.paper.answers import answers, tier
from unpinch.exchange.paper.asked import Asked
from unpinch.exchange.paper.chart import chart
from unpinch.exchange.paper.measures import measures, mornings
from unpinch.exchange.paper.typeset import pages, typeset
from unpinch.journal.kinds import Planned
from unpinch.knowledge import speech
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.words import Value

MOST_PAGES: Final = 2
DIGEST_LETTERS: Final = 16
LONGEST_NAME: Final = 70

ROOM: Final[tuple[dict[str, int], ...]] = (
    {"answers": 24, "exercises": 10, "rules": 10, "size": 9},
    {"answers": 16, "exercises": 7, "rules": 6, "size": 8},
    {"answers": 10, "exercises": 5, "rules": 4, "size": 8},
    {"answers": 6, "exercises": 3, "rules": 3, "size": 7},
)
"""How much is shown, from roomy to tight: the first that fits two pages is taken."""


def report(asked: Asked) -> bytes:
    """Return the report as PDF, at most two pages.

    Raises
    ------
    unpinch.exchange.paper.PaperError
        When it cannot be set.
    """
    made = b""
    for room in ROOM:
        made = typeset("report.typ", content(asked, room), asked.now)
        if pages(made) <= MOST_PAGES:
            break
    return made


def content(asked: Asked, room: dict[str, int] = ROOM[0]) -> dict[str, Any]:
    """Return what stands in the report, as plain data for the template."""
    said, decision = asked.say, asked.decision
    window = asked.knowledge.rules.deload.pause_within_days
    return {
        "paper": asked.paper,
        "size": room["size"],
        "words": asked.words("report"),
        "page": asked.knowledge.words["report.page"],
        "made": said("report.made", day=speech.date(asked.now.date()), time=speech.clock(asked.now)),
        "period": _period(asked),
        "who": _who(asked),
        "tier": tier(asked),
        "answers": answers(asked, room["answers"]),
        "course": _course(asked),
        "measures": measures(asked),
        "tests": [_test(asked, one) for one in decision.findings],
        "done": _done(asked, room["exercises"]),
        "helps": _helps(asked),
        "rules_title": said("report.rules", days=window),
        "rules": _rules(asked, room["rules"]),
        "rests": [said("report.rests.self"), _scales(asked), said("report.rests.about")],
        "version": said(
            "report.rests.version",
            version=__version__,
            knowledge=decision.knowledge,
            decision=decision.digest[:DIGEST_LETTERS],
            journal=decision.journal[:DIGEST_LETTERS],
        ),
    }


def _period(asked: Asked) -> str:
    person = asked.person
    if person.first_at is None or person.last_at is None:
        return asked.say("report.period.none")
    first, last = person.first_at.date(), person.last_at.date()
    return asked.say(
        "report.period",
        first=speech.date(first),
        last=speech.date(last),
        days=(last - first).days + 1,
        mornings=sum(one.leg is not None for one in person.morning_entries),
        sessions=sum(_sessions(asked).values()),
    )


def _who(asked: Asked) -> list[dict[str, str]]:
    """Return what was told about the person, and nothing else."""
    profile, said = asked.person.profile, asked.say
    rows: list[tuple[str, str]] = []
    if profile.name and profile.name.strip():
        name = " ".join(profile.name.split())
        rows.append(("name", name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"))
    if profile.birth_year is not None:
        rows.append(("birth_year", str(profile.birth_year)))
    if profile.sex is not None:
        rows.append(("sex", said(f"report.value.{profile.sex}")))
    if profile.side is not None:
        rows.append(("side", said(f"report.value.{profile.side}")))
    if profile.since is not None:
        weeks = max(0, (asked.now.date() - profile.since).days // 7)
        rows.append(("since", said("report.who.since.weeks", day=speech.date(profile.since), weeks=weeks)))
    if profile.first_episode is not None:
        rows.append(
            ("first_episode", said("report.value.yes" if profile.first_episode else "report.value.no"))
        )
    if profile.country is not None and profile.country in asked.knowledge.countries:
        rows.append(("country", asked.knowledge.countries[profile.country].name))
    return [{"what": said(f"report.who.{name}"), "told": told} for name, told in rows]


def _course(asked: Asked) -> dict[str, str] | None:
    days = mornings(asked)
    known = [one for one in days if one.leg is not None]
    if not known:
        return None
    sessions = _sessions(asked)
    first = [one.leg or 0 for one in known[:7]]
    last = [one.leg or 0 for one in known[-7:]]
    words = {name: asked.say(f"report.chart.{name}") for name in ("sessions", "place", "back", "foot")}
    trend = asked.decision.trend
    told = ""
    if trend.change_per_week is not None and trend.noise_sd is not None:
        low, mean, high = (_signed(value) for value in trend.change_per_week)
        told = asked.say("report.course.trend", low=low, mean=mean, high=high, noise=_signed(trend.noise_sd))
    return {
        "svg": chart(days, sessions, asked.now.date(), words),
        "alt": asked.say(
            "report.course.alt",
            first=speech.date(days[0].day),
            last=speech.date(days[-1].day),
            mornings=len(known),
            start=speech.number(sum(first) / len(first)),
            end=speech.number(sum(last) / len(last)),
            sessions=sum(sessions.values()),
        ),
        "trend": told,
    }


def _sessions(asked: Asked) -> Counter[dt.date]:
    return Counter(
        one.ended_at.date()
        for one in asked.person.sessions.values()
        if one.event_last == "finished" and one.ended_at is not None
    )


def _test(asked: Asked, one: Finding) -> dict[str, str]:
    test, said = asked.knowledge.selftests[one.test], asked.say
    none = said("report.value.none")
    unit = asked.knowledge.words[f"unit.{one.unit}"]

    def shown(value: float | None) -> str:
        if value is None:
            return none
        if one.unit == "yes_no":
            return said("report.value.yes" if value else "report.value.no")
        return f"{speech.number(value)} {unit}"

    source = asked.knowledge.sources.get(test.mdc_source or "")
    mdc = none
    if (
        test.mdc is not None
        and test.mdc_tag in SHOWN_TAGS
        and source is not None
        and source.tag in SHOWN_TAGS
    ):
        mdc = f"{speech.number(test.mdc)} {unit} ({source.cite})"
    side = "" if one.weaker is None else asked.knowledge.words[f"side.{one.weaker}"]
    key = one.label
    if key == "none" and one.value is None and not test.sided:
        key_words = said("report.test.not_possible")
    else:
        key_words = said(f"report.test.{key}", side=side)
    return {
        "name": test.name,
        "left": shown(one.left),
        "right": shown(one.right),
        "whole": shown(one.value) if not test.sided else none,
        "mdc": mdc,
        "reading": key_words,
        "day": speech.date(one.at.date()),
    }


def _done(asked: Asked, longest: int) -> dict[str, Any]:
    """Return what was done of each exercise, the most often first."""
    bouts: dict[str, list[Any]] = {}
    for at, done in asked.person.exercises:
        if not done.skipped and done.exercise in asked.knowledge.exercises:
            bouts.setdefault(done.exercise, []).append((at, done))
    plans: dict[str, Planned] = {
        planned.exercise: planned for one in asked.person.sessions.values() for planned in one.plan
    }
    order = list(asked.knowledge.exercises)
    none = asked.say("report.value.none")
    often = sorted(bouts, key=lambda name: (-len(bouts[name]), order.index(name)))
    rows = []
    for name in often[:longest]:
        taps = Counter(done.response for _, done in bouts[name])
        plan = plans.get(name)
        rows.append(
            {
                "name": asked.knowledge.exercises[name].name,
                "times": str(len(bouts[name])),
                "last": speech.date(bouts[name][-1][0].date()),
                "dose": spoken_dose(plan, plan.sides, asked.knowledge) if plan else none,
                "taps": " / ".join(str(taps[way]) for way in ("easier", "same", "worse")),
            }
        )
    stopped = sum(one.event_last == "stopped" for one in asked.person.sessions.values())
    return {
        "rows": rows,
        "more": asked.say("report.done.more", count=len(often) - longest) if len(often) > longest else None,
        "stopped": asked.say("report.done.stopped", count=stopped) if stopped else None,
    }


def _helps(asked: Asked) -> list[dict[str, str]]:
    """Return what is believed of each family, in the order of the knowledge and never by effect."""
    rows = []
    for one in asked.decision.beliefs:
        if one.level != "family" or one.when != "next_day" or not one.days:
            continue
        key = f"report.verdict.{one.verdict}"
        if one.verdict == "cant_tell_yet":
            key += f".{one.leaning}"
        easier = sum(value < 0 for value in one.dots)
        rows.append(
            {
                "name": asked.knowledge.families[one.subject].name,
                "days": str(one.days),
                "effect": asked.say(
                    "report.helps.effect.value",
                    mean=_signed(one.mean),
                    low=_signed(one.low),
                    high=_signed(one.high),
                ),
                "chance": f"{easier}/{len(one.dots)}",
                "verdict": asked.say(key),
            }
        )
    return rows


def _rules(asked: Asked, longest: int) -> dict[str, Any]:
    """Return the rules that fired, the latest first; what they say of the whole course before all else."""
    names = {rule.id: rule.name for rule in asked.knowledge.rules.info}
    fired = sorted(asked.decision.rules, key=lambda one: (one.subject is None, one.at), reverse=True)
    rows = []
    for one in fired[:longest]:
        outcome = asked.say(f"report.outcome.{one.outcome}")
        subject = asked.knowledge.exercises.get(one.subject or "")
        what = (
            asked.say("report.rules.what.exercise", name=subject.name, outcome=outcome)
            if subject
            else outcome
        )
        rows.append(
            {
                "rule": f"{one.rule} {names.get(one.rule, '')}".strip(),
                "when": speech.date(one.at.date()),
                "what": what,
                "saw": _saw(asked, one),
            }
        )
    more = len(fired) - len(rows)
    return {"rows": rows, "more": asked.say("report.rules.more", count=more) if more else None}


def _saw(asked: Asked, one: Fired) -> str:
    told = [
        asked.say("report.saw.item", name=asked.say(f"report.saw.{name}"), value=_seen(asked, value))
        for name, value in one.saw.items()
        if value is not None
    ]
    return ", ".join(told) or asked.say("report.saw.none")


def _seen(asked: Asked, value: Value) -> str:
    return asked.say(f"report.saw.{value}") if isinstance(value, str) else speech.number(value)


def _scales(asked: Asked) -> str:
    rmdq = asked.knowledge.questionnaires["RMDQ24"]
    return asked.say("report.rests.scales", rmdq=asked.knowledge.sources[rmdq.wording_source].cite)


def _signed(value: float) -> str:
    """Return a small effect with two decimals and a real minus sign."""
    shown = f"{value:.2f}"
    return "0.00" if shown == "-0.00" else shown.replace("-", "−")

"""The sheet for the fridge door: the help card, and the exercises in large type where a rule allows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from unpinch.body import UnknownMovement, describe, svg
from unpinch.body.figure import figure
from unpinch.care.changes import spoken_dose
from unpinch.care.decision import Decision, PlannedDose
from unpinch.care.rescue import to_say
from unpinch.exchange.paper.asked import Asked
from unpinch.exchange.paper.typeset import typeset
from unpinch.journal.fold import Session
from unpinch.journal.kinds import Planned
from unpinch.knowledge import speech
from unpinch.knowledge.kinds import Side, Tier
from unpinch.knowledge.models import Exercise
from unpinch.session.lines import sided

_DAY_H: Final = 24
_WEEK_DAYS: Final = 7
_WIDE: Final = 1.3
"""From this width on, in heights, two pictures stand one above the other."""

_TIERS: Final[dict[str, Tier]] = {"EmergencySigns": "E", "UrgentSigns": "U", "SeeClinicianFirst": "R"}


def sheet(asked: Asked) -> bytes:
    """Return the sheet as PDF.

    Today's plan; where there is none for the moment, what the last one held and nothing closes now;
    under E, U or R, and while the screen is not complete, no exercise at all.

    Raises
    ------
    unpinch.exchange.paper.PaperError
        When it cannot be set.
    """
    return typeset("sheet.typ", content(asked), asked.now)


def has_exercises(asked: Asked) -> bool:
    """Tell whether there are exercises on the sheet."""
    return bool(_programme(asked)[0])


def content(asked: Asked) -> dict[str, Any]:
    """Return what stands on the sheet, as plain data for the template."""
    exercises, lead, title = _programme(asked)
    said = asked.say
    name = asked.person.profile.name
    return {
        "paper": asked.paper,
        "title": said(f"sheet.title.{title}"),
        "document": said("sheet.document" if exercises else "sheet.document.none"),
        "words": asked.words("sheet"),
        "page": asked.knowledge.words["sheet.page"],
        "made": said("sheet.made", day=_day(asked), time=speech.clock(asked.now)),
        "for": said("sheet.for", name=_short(name)) if name and name.strip() else None,
        "lead": lead,
        "card": _card(asked),
        "before": _question(asked),
        "stops": _stops(asked, exercises),
        "exercises": [_exercise(asked, one) for one in exercises],
        "now": None if exercises else _now(asked),
        "limit": " ".join((said("safety.about"), said("safety.limit"))),
    }


class Shown(NamedTuple):
    """An exercise that is to stand on the sheet."""

    exercise: str
    variant: str
    sides: tuple[Side, ...]
    dose: PlannedDose | Planned


def _programme(asked: Asked) -> tuple[list[Shown], str | None, str]:
    """Return the exercises, what is said above them, and which title they have."""
    decision = asked.decision
    if decision.clearance.tier not in ("G", "A"):
        return [], None, "none"
    if decision.session is not None and decision.refusal is None:
        plan = [Shown(one.exercise, one.variant, one.sides, one.dose) for one in decision.session.exercises]
        minutes = max(1, round(decision.session.minutes))
        return plan, asked.say("sheet.lead.today", day=_day(asked), minutes=minutes), "today"
    last = _last_plan(asked)
    kept = [one for one in last.plan if _open(asked, one)] if last else []
    if not kept or last is None or last.started_at is None or decision.refusal is None:
        return [], None, "none"
    day = speech.day(last.started_at.date(), asked.now.date())
    key = "sheet.lead.line" if decision.refusal.name == "StaleAnswers" else "sheet.lead.last"
    lead = asked.say(key, why=decision.refusal.words.text, day=day)
    return [Shown(one.exercise, one.variant, one.sides, one) for one in kept], lead, "last"


def _last_plan(asked: Asked) -> Session | None:
    """Return the session that was begun last, where only the day stands against the next one."""
    if not _only_the_day(asked.decision, asked.knowledge.screening.session_line):
        return None
    begun = [one for one in asked.person.sessions.values() if one.started_at is not None and one.plan]
    return max(begun, key=lambda one: (one.started_at, one.id), default=None)


def _only_the_day(decision: Decision, line: str) -> bool:
    """Tell whether the answers allow exercise, and only today's number or today's limits are missing."""
    if decision.refusal is None:
        return False
    if decision.refusal.name == "StaleAnswers":
        return decision.clearance.missing == () and decision.refusal.missing == (line,)
    return decision.refusal.name in ("PainMissing", "NothingFits")


def _open(asked: Asked, planned: Planned) -> bool:
    """Tell whether no rule closes what was planned, as it was planned."""
    known = asked.knowledge.exercises.get(planned.exercise)
    if known is None or planned.variant not in {one.id for one in known.variants}:
        return False  # from another version of the knowledge
    if known.sided != bool(planned.sides):
        return False
    locks = [lock for lock in asked.decision.clearance.locks if lock.exercise == planned.exercise]
    return all(planned.variant in lock.limit_to for lock in locks)


def _exercise(asked: Asked, one: Shown) -> dict[str, Any]:
    known, said, sides = asked.knowledge.exercises[one.exercise], asked.say, one.sides
    variant = known.variant(one.variant)
    words = asked.knowledge.words
    first = sides[0] if sides else None
    name = variant.name or known.name
    movement, shown = variant.movement, first or "right"
    things = [_small(asked.knowledge.equipment[thing].name) for thing in variant.equipment]
    shown_side = {"name": name, "side": words[f"side.{first}"]} if first else {"name": name}
    return {
        "name": name,
        "dose": _capital(spoken_dose(one.dose, (), asked.knowledge)),
        "sides": [{"mark": words[f"sheet.mark.{side}"], "side": side} for side in sides],
        "side": _side_words(asked, sides),
        "shown": said("sheet.shown", side=words[f"side.{first}"]) if first else None,
        "often": _often(asked, known),
        "how": [sided(line, first, words) for line in variant.how],
        "swap": said("sheet.swap") if len(sides) > 1 else None,
        "cues": [sided(line, first, words) for line in known.cues_of(one.variant)],
        "needs": said("sheet.needs", things=", ".join(things)) if things else None,
        "wide": _wide(movement),
        "pictures": _pictures(
            movement,
            shown,
            [
                said("sheet.alt.start_side" if first else "sheet.alt.start", **shown_side),
                said("sheet.alt.then", name=name, words=_described(movement, shown)),
            ],
        ),
    }


def _often(asked: Asked, known: Exercise) -> str:
    if known.per_week_max < _WEEK_DAYS:
        key = "sheet.often.gap" if known.min_gap_h > _DAY_H else "sheet.often"
        return asked.say(key, days=known.per_week_max)
    if known.per_day_max == 1:
        return asked.say("sheet.often.daily")
    return asked.say("sheet.often.times", times=known.per_day_max)


def _side_words(asked: Asked, sides: Sequence[Side]) -> str:
    if not sides:
        return asked.say("sheet.both")
    words = asked.knowledge.words
    first = words[f"side.{sides[0]}"]
    if len(sides) == 1:
        return asked.say("sheet.one", first=first)
    return asked.say("sheet.first", first=first)


def _pictures(movement: str, side: Side, alts: Sequence[str]) -> list[dict[str, str]]:
    try:
        # What goes round ends where it began: the other end of it is half way.
        far = 0.5 if figure(movement)["loop"] == "cycle" else 1.0
        drawn = [
            svg(movement, side, at=0.0, colours="plain"),
            svg(movement, side, at=far, arrow=True, colours="plain"),
        ]
    except UnknownMovement:
        return []
    if drawn[0] == drawn[1]:  # a place to rest: nothing moves
        return [{"svg": drawn[0], "alt": alts[1]}]
    return [{"svg": one, "alt": alt} for one, alt in zip(drawn, alts, strict=True)]


def _wide(movement: str) -> bool:
    """Tell whether a movement needs more width than height, as lying down does."""
    try:
        _, _, width, height = figure(movement)["box"]
    except UnknownMovement:
        return False
    return bool(width / height > _WIDE)


def _described(movement: str, side: Side) -> str:
    try:
        return describe(movement, side)
    except UnknownMovement:
        return ""


def _card(asked: Asked) -> dict[str, Any]:
    place, said = asked.place, asked.say
    dial = bool(any(letter.isdigit() for letter in asked.number))
    return {
        "net": said("safety.net"),
        "number": asked.number if dial else None,
        "go": said("safety.go", emergency_place=place.emergency_place),
        "urgent": said("sheet.card.urgent", urgent=place.urgent) if place.urgent else None,
        "crisis": said("sheet.card.crisis", crisis=place.crisis) if place.crisis else None,
        "note": place.note if dial else None,
    }


def _now(asked: Asked) -> dict[str, Any]:
    """Return what to do when there are no exercises."""
    refusal = asked.decision.refusal
    tier = _TIERS.get(refusal.name) if refusal else None
    if refusal is None or tier is None:
        reason = refusal.words.text if refusal else asked.say("refusal.NothingFits")
        return {"title": None, "text": [reason, asked.say("sheet.none")], "say": [], "held": False}
    action = asked.knowledge.actions[tier]
    lines, held = to_say(action, asked.decision.clearance.flags, asked.hidden)
    final = refusal.words.key != f"refusal.{refusal.name}"  # no clinician's word opens it
    text = [refusal.words.text] if final else [asked.filled(action.text)]
    if tier == "U" and asked.decision.clearance.tier != "U":
        text.append(refusal.words.text)
    if action.reopen and not final:
        text.append(action.reopen.strip())
    return {
        "title": action.title,
        "text": [*text, asked.say("sheet.none")],
        "say": [] if final else list(lines),
        "held": held,
    }


def _question(asked: Asked) -> str:
    line = asked.knowledge.screening.session_line
    return next(one.text for one in asked.knowledge.screening.questions if one.id == line)


def _stops(asked: Asked, exercises: Sequence[Shown]) -> list[str]:
    """Return every reason to stop that one of the exercises has."""
    known = asked.knowledge
    names = dict.fromkeys(stop for one in exercises for stop in known.exercises[one.exercise].stops)
    return [known.stops[name].text for name in names]


def _day(asked: Asked) -> str:
    return f"{speech.day(asked.now.date())} {asked.now.year}"


def _short(name: str, longest: int = 60) -> str:
    name = " ".join(name.split())
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""What helps: for each family the effect in words, as dots, and "can't tell yet" where that is so."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from unpinch.learning.beliefs import Belief, Trend
from unpinch.web import speech
from unpinch.web.charts.dots import dot_plot, easier
from unpinch.web.forms import Here, Sent, text
from unpinch.web.visit import Visit

router = APIRouter(prefix="/helps")


class Effect(NamedTuple):
    """What is believed of one family, ready for the page."""

    id: str
    name: str
    about: str
    verdict: str
    leaning: str
    chance: str  # "19 in 20"
    harder_chance: str
    size: str
    span: str
    days: int
    more_days: int | None
    dots: Markup
    on_easier: int
    total: int
    asked_back: bool


@router.get("")
def helps(visit: Here) -> HTMLResponse:
    """Show what the diary says of each family."""
    decision = visit.decision
    found = [
        _effect(visit, one)
        for one in decision.beliefs
        if one.level == "family" and one.when == "next_day" and one.days
    ]
    waiting = [
        visit.knowledge.families[one.subject].name
        for one in decision.beliefs
        if one.level == "family" and one.when == "next_day" and not one.days
    ]
    rules = visit.knowledge.rules.learning
    return visit.page(
        "helps.html",
        effects=found,
        waiting=waiting,
        headline=headline(found),
        days=_days(visit),
        mornings=decision.trend.mornings,
        trend=trend_words(decision.trend),
        start=dot_plot(_even(rules.dots), rules.hardly_notice, unknown=True),
        example=found[0].dots if found else None,
        strip=speech.number(rules.hardly_notice),
    )


@router.post("/back")
def ask_back(visit: Here, sent: Sent) -> Response:
    """Have a family back that was set aside."""
    family = text(sent, "family")
    if family in visit.knowledge.families:
        visit.write("preference", {"name": "ask_back", "target": family, "value": True})
    return RedirectResponse("/helps", status_code=303)


def headline(found: list[Effect]) -> str:
    """Count the verdicts in one sentence."""
    many = [
        (kind, sum(one.verdict == kind for one in found))
        for kind in ("helps", "makes_worse", "seems_not_to", "cant_tell_yet")
    ]
    if not found:
        return "We can’t tell yet. Nobody could so soon."
    if all(one.verdict == "cant_tell_yet" for one in found):
        return "We can’t tell yet"
    said = {
        "helps": ("kind seems to help", "kinds seem to help"),
        "makes_worse": ("seems to make it harder", "seem to make it harder"),
        "seems_not_to": ("seems to change little", "seem to change little"),
        "cant_tell_yet": ("we can’t tell yet", "we can’t tell yet"),
    }
    sentences: list[str] = []
    for kind, count in many:
        if count:
            words = said[kind][count > 1]
            if not sentences and kind != "helps":
                words = ("kind " if count == 1 else "kinds ") + words
            sentences.append(f"{speech.count(count).capitalize()} {words}.")
    return " ".join(sentences)


def size_words(mean: float) -> str:
    """Say an effect in points, with which way it goes."""
    points = round(abs(mean) * 2) / 2
    if points < 0.5:
        return "Best guess: hardly any change"
    much = "half a point" if points == 0.5 else speech.plural(points, "point")
    return f"Best guess: about {much} {'easier' if mean < 0 else 'harder'}"


def span_words(low: float, high: float) -> str:
    """Say an interval from its easier to its harder end."""
    a, b = _end(low), _end(high)
    if a == b == "no change":
        return "It could be a little either way."
    if a == b:
        return "It could be close to that."
    return f"It could be anything from {a} to {b}."


def trend_words(trend: Trend) -> str:
    """Say what time does on its own, which no exercise is credited with."""
    if trend.change_per_week is None:
        return (
            "We also watch what time does on its own, so that no exercise gets the credit for it. "
            "That needs more mornings."
        )
    low, mean, high = trend.change_per_week
    if high < 0:
        return (
            f"Your mornings get easier week by week (about {speech.number(abs(mean))} points a week), "
            "with or without any one exercise. So do those of many people. That is time’s own work, "
            "and we take it out first."
        )
    if low > 0:
        return (
            f"Your mornings get harder week by week (about {speech.number(mean)} points a week). "
            "We take that out first, so that no exercise is blamed for it."
        )
    return (
        "Week by week your mornings stay much the same. Whatever time does on its own, we take it out first."
    )


def _end(value: float) -> str:
    points = round(abs(value) * 2) / 2
    if points < 0.5:
        return "no change"
    much = "half a point" if points == 0.5 else speech.plural(points, "point")
    return f"{much} {'easier' if value < 0 else 'harder'}"


def _effect(visit: Visit, one: Belief) -> Effect:
    family = visit.knowledge.families[one.subject]
    on_easier, total = easier(one.dots), len(one.dots)
    wished = visit.person.preferences.get(("ask_back", one.subject))
    return Effect(
        id=one.subject,
        name=family.name,
        about=family.about,
        verdict=one.verdict,
        leaning=one.leaning,
        chance=_in(on_easier, total),
        harder_chance=_in(total - on_easier, total),
        size=size_words(one.mean),
        span=span_words(one.low, one.high),
        days=one.days,
        more_days=one.more_days,
        dots=dot_plot(one.dots, visit.knowledge.rules.learning.hardly_notice),
        on_easier=on_easier,
        total=total,
        asked_back=wished is not None and wished[1] is True,
    )


def _in(count: int, total: int) -> str:
    """Say a chance as a count; never as a certainty."""
    return f"more than {total - 1} in {total}" if count >= total else f"{count} in {total}"


def _even(count: int) -> list[float]:
    """Return as many easier as harder answers: an honest start."""
    half = [0.1 + 2.0 * ((place + 0.5) / (count // 2)) ** 1.6 for place in range(count // 2)]
    return [-value for value in half] + half


def _days(visit: Visit) -> int:
    first = visit.person.first_at
    return (visit.now.date() - first.date()).days + 1 if first else 0

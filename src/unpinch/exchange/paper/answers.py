"""The answers to the screen as a report may tell them: the intimate ones only if the person wants it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from unpinch.exchange.paper.asked import Asked
from unpinch.journal.fold import Answer
from unpinch.knowledge import speech
from unpinch.knowledge.clinical import Question
from unpinch.knowledge.kinds import TIERS, Tier

NOTHING = frozenset({"no", "none"})
"""Ids of the options that report nothing."""

BLOCKING: tuple[Tier, ...] = ("E", "U", "R")


def answers(asked: Asked, longest: int) -> dict[str, Any]:
    """Return what was reported, newest answer of each question, and what was asked and is not there.

    Parameters
    ----------
    asked
        Whose, and whether intimate answers are wanted.
    longest
        Most rows; what is graver comes first and stays.
    """
    reported: list[tuple[int, int, dict[str, str]]] = []
    nothing: dict[dt.date, list[str]] = {}
    held = False
    for place, (question, last) in enumerate(_latest(asked)):
        if question.intimate and not asked.intimate:
            held = True
            continue
        name = _name(asked, question)
        chosen = last.answer if isinstance(last.answer, tuple) else (last.answer,)
        if all(part in NOTHING for part in chosen):
            nothing.setdefault(last.at.date(), []).append(name)
            continue
        row = {"name": name, "answer": answer_words(question, last), "day": speech.date(last.at.date())}
        reported.append((-_weight(question, chosen), place, row))
    reported.sort(key=lambda one: one[:2])
    kept = sorted(reported[:longest], key=lambda one: one[1])
    more = len(reported) - len(kept)
    return {
        "rows": [row for _, _, row in kept],
        "more": asked.say("report.screen.more", count=more) if more else None,
        "nothing": [
            asked.say("report.screen.nothing", day=speech.date(day), names="; ".join(names))
            for day, names in sorted(nothing.items(), reverse=True)
        ],
        "held": asked.say("report.screen.held") if held else None,
        "put_in": asked.say("report.screen.put_in") if asked.intimate else None,
    }


def tier(asked: Asked) -> dict[str, Any]:
    """Return the tier, its reasons as far as they may be told, and what is still open."""
    clearance, refusal = asked.decision.clearance, asked.decision.refusal
    key: str = clearance.tier or "none"
    if refusal is not None and refusal.name == "UrgentSigns" and clearance.tier not in ("E", "U"):
        key = "severe"
    questions = {question.id: question for question in asked.knowledge.screening.questions}
    reasons: dict[str, None] = {}
    for because in clearance.because:
        if because.tier not in BLOCKING:
            continue
        question, day = questions.get(because.source), speech.date(because.at.date())
        if question is None:
            reason = asked.say("report.tier.together")
        elif question.intimate and not asked.intimate:
            reason = asked.say("report.tier.held", day=day)
        else:
            reason = asked.say("report.tier.told", name=_name(asked, question), day=day)
        reasons[reason] = None
    open_questions = len(set(clearance.missing))
    return {
        "grave": key in (*BLOCKING, "severe", "none"),
        "text": asked.say(f"report.tier.{key}"),
        "reasons": list(reasons),
        "open": asked.say("report.open_questions", count=open_questions) if open_questions else None,
    }


def answer_words(question: Question, said: Answer) -> str:
    """Return an answer in the words of its options; what is no option is told as it stands."""
    if isinstance(said.answer, int | float):
        return f"{speech.number(said.answer)}{f' {question.unit}' if question.unit else ''}"
    labels = {option.id: option.label for option in question.options}
    chosen = said.answer if isinstance(said.answer, tuple) else (said.answer,)
    return "; ".join(labels.get(part, part) for part in chosen)


def _latest(asked: Asked) -> Iterator[tuple[Question, Answer]]:
    for question in asked.knowledge.screening.questions:
        told = asked.person.answers.get(question.id)
        if told:
            yield question, told[-1]


def _name(asked: Asked, question: Question) -> str:
    return asked.say(f"report.screen.{question.id}")


def _weight(question: Question, chosen: tuple[Any, ...]) -> int:
    """Return how grave an answer is alone; flags without a tier weigh a little."""
    options = [option for option in question.options if option.id in chosen]
    gravest = max((TIERS.index(option.tier) for option in options), default=0)
    return 2 * gravest + any(option.flags or option.locks for option in options)

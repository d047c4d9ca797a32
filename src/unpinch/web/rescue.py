"""Whom to call, what to say, and which answers led there."""

from __future__ import annotations

import re
from typing import NamedTuple

from unpinch.care.rescue import ELSEWHERE, filled, own_number, told_country
from unpinch.knowledge.clinical import Country, Question
from unpinch.knowledge.kinds import TIERS, Tier
from unpinch.web.visit import Visit


class Marked(NamedTuple):
    """An answer that counted: the question and what was said, in words."""

    question: str
    answer: str


def country_code(visit: Visit) -> str:
    """Return the person's country; until it is told, the one that the browser's language names."""
    countries = visit.knowledge.countries
    if visit.person.profile.country is not None:
        return told_country(visit.person, visit.knowledge)
    for part in visit.request.headers.get("accept-language", "").split(",")[:5]:
        match = re.fullmatch(r"[A-Za-z]{2,3}-([A-Za-z]{2})", part.split(";")[0].strip())
        if match and match[1].upper() in countries:
            return match[1].upper()
    return ELSEWHERE


def country(visit: Visit) -> Country:
    """Return whom to call where the person is."""
    return visit.knowledge.countries[country_code(visit)]


def emergency_number(visit: Visit) -> str:
    """Return the number that the person set for this country, or the country's own."""
    return own_number(visit.person) or country(visit).emergency


def dialled(number: str) -> str:
    """Return a number as a ``tel:`` address wants it."""
    return re.sub(r"[^0-9+*#]", "", number)


def told(visit: Visit, text: str) -> str:
    """Fill the numbers and places of the person's country into a text."""
    return filled(text, country(visit), emergency_number(visit))


def marked(visit: Visit, gravest: Tier) -> tuple[Marked, ...]:
    """Return the answers behind a tier: of the tier itself and of those above it."""
    questions = {question.id: question for question in visit.knowledge.screening.questions}
    combinations = {one.id: one for one in visit.knowledge.screening.combinations}
    counted: dict[str, None] = {}
    for reason in visit.decision.clearance.because:
        if TIERS.index(reason.tier) < TIERS.index(gravest):
            continue
        if reason.source in questions:
            counted[reason.source] = None
        elif reason.source in combinations:
            when = combinations[reason.source].when
            raised = {*when.all, *when.any, *when.of}
            for question in questions.values():
                if _flags(visit, question) & raised:
                    counted[question.id] = None
    return tuple(
        Marked(questions[name].text, said)
        for name in counted
        if (said := answer_words(visit, questions[name]))
    )


def answer_words(visit: Visit, question: Question) -> str:
    """Return the latest answer to a question in words, empty when there is none."""
    answers = visit.person.answers.get(question.id)
    if not answers:
        return ""
    said = answers[-1].answer
    if isinstance(said, int | float):
        return f"{said:g}"
    chosen = said if isinstance(said, tuple) else (said,)
    labels = {option.id: option.label for option in question.options}
    return ", ".join(labels.get(part, part) for part in chosen)


def _flags(visit: Visit, question: Question) -> set[str]:
    answers = visit.person.answers.get(question.id)
    if not answers:
        return set()
    said = answers[-1].answer
    chosen = said if isinstance(said, tuple) else (said,)
    return {flag for option in question.options if option.id in chosen for flag in option.flags}

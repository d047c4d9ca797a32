"""Faults of the screen, the self-tests, the questionnaires, the rules and the help to call."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from unpinch.knowledge.clinical import Band, Option, Question, SelfTest, When
from unpinch.knowledge.kinds import TIERS
from unpinch.knowledge.knowledge import Knowledge

RULES = tuple(f"R{number}" for number in range(1, 12))
"""The rules that must each be named once."""

ELSEWHERE = "ZZ"
"""Code of the country row for people of any country that is not listed."""

_MARK = re.compile(r"\{([^}]*)\}")
_ACTION_MARKS = frozenset({"emergency", "emergency_place", "urgent"})


def clinical_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield one line for each fault of the clinical tables."""
    yield from _question_faults(knowledge)
    yield from _screening_faults(knowledge)
    yield from _help_faults(knowledge)
    for test in knowledge.selftests.values():
        yield from (f"selftests.yaml: {test.id}: {fault}" for fault in _selftest_faults(test, knowledge))
    yield from _questionnaire_faults(knowledge)
    yield from _rule_faults(knowledge)


# --- the screen ---------------------------------------------------------------------------------


def _answers(question: Question) -> tuple[Option | Band, ...]:
    return (*question.options, *question.bands)


def _raised(knowledge: Knowledge) -> set[str]:
    """Return every flag that some answer raises."""
    questions = knowledge.screening.questions
    return {flag for question in questions for part in _answers(question) for flag in part.flags}


def _question_faults(knowledge: Knowledge) -> Iterator[str]:
    raised = _raised(knowledge)
    seen: set[str] = set()
    for question in knowledge.screening.questions:
        place = f"screening.yaml: {question.id}"
        if question.id in seen:
            yield f"{place}: stands twice"
        seen.add(question.id)
        yield from (f"{place}: {fault}" for fault in _answer_faults(question))
        yield from _unknown(place, "only_if", question.only_if, raised)
        for part in _answers(question):
            what = part.id if isinstance(part, Option) else f"from {part.at_least:g}"
            yield from _unknown(f"{place}: {what}", "lock", part.locks, knowledge.locks)
            if isinstance(part, Option):
                keys = (f"caution.{word}" for word in part.caution)
                yield from _unknown(f"{place}: {what}", "words", keys, knowledge.words)


def _answer_faults(question: Question) -> Iterator[str]:
    if question.private and not question.intimate:
        yield "what is private is intimate too"
    if question.answer == "number":
        if question.options or question.minimum is None or question.maximum is None:
            yield "a number needs a minimum, a maximum and no options"
            return
        if question.minimum >= question.maximum:
            yield "its minimum is not below its maximum"
        steps = [band.at_least for band in question.bands]
        if steps != sorted(set(steps)) or (steps and steps[0] > question.minimum):
            yield "its bands must rise and cover its minimum"
        return
    if question.bands or len(question.options) < 2:
        yield "a choice needs two options and no bands"
    ids = [option.id for option in question.options]
    if len(set(ids)) < len(ids):
        yield "two options have the same id"


def _screening_faults(knowledge: Knowledge) -> Iterator[str]:
    screening = knowledge.screening
    place = "screening.yaml"
    questions = {question.id for question in screening.questions}
    raised = _raised(knowledge)
    for field in ("seen", "clinician_ok", "age", "session_line"):
        yield from _unknown(place, field, [getattr(screening, field)], questions)
    yield from _unknown(place, "session_line_reopens", screening.session_line_reopens, questions)
    yield from _unknown(place, "urgent_flags", screening.urgent_flags, raised)
    names = [combination.id for combination in screening.combinations]
    if len(set(names)) < len(names):
        yield f"{place}: two combinations have the same id"
    for combination in screening.combinations:
        what = f"{place}: {combination.id}"
        when = combination.when
        yield from _unknown(what, "flag", (*when.all, *when.any, *when.of), raised)
        if (when.at_least is None) != (not when.of) or (when.at_least or 0) > len(when.of):
            yield f"{what}: at_least and of do not fit"
        if when == When():
            yield f"{what}: holds for everybody"
    for hours in ("weekly_days", "full_days", "gap_days", "session_hours"):
        if getattr(screening, hours) <= 0:
            yield f"{place}: {hours} must be above zero"
    raising = {lock for question in screening.questions for part in _answers(question) for lock in part.locks}
    for code in knowledge.locks.values():
        if code.id not in raising:
            yield f"locks.yaml: {code.id}: no answer raises it"


def _help_faults(knowledge: Knowledge) -> Iterator[str]:
    if ELSEWHERE not in knowledge.countries:
        yield f"countries.yaml: {ELSEWHERE!r}, for everywhere else, is missing"
    for tier in TIERS:
        if tier not in knowledge.actions:
            yield f"actions.yaml: tier {tier} is missing"
    raised = _raised(knowledge)
    for action in knowledge.actions.values():
        place = f"actions.yaml: {action.tier}"
        for line in action.lines:
            yield from _unknown(place, "flag", line.flags, raised)
        yield from _unknown(place, "mark", _MARK.findall(action.text), _ACTION_MARKS)


# --- self-tests, questionnaires, rules ------------------------------------------------------------


def _selftest_faults(test: SelfTest, knowledge: Knowledge) -> Iterator[str]:
    yield from _unknown("", "lock", test.needs, knowledge.locks)
    yield from _unknown("", "equipment", test.equipment, knowledge.equipment)
    groups = {muscle.group for muscle in knowledge.muscles.values()}
    yield from _unknown("", "group", test.groups, groups)
    questions = {question.id for question in knowledge.screening.questions}
    yield from _unknown("", "low_asks", test.low_asks, questions)
    if test.after is not None:
        yield from _unknown("", "after", [test.after], knowledge.selftests)
    if test.after == test.id:
        yield "comes after itself"
    if (test.after is None) != (test.after_max is None):
        yield "after and after_max need each other"
    if len({test.mdc is None, test.mdc_source is None, test.mdc_tag is None}) > 1:
        yield "mdc, mdc_source and mdc_tag need each other"
    if test.label_sides and not test.sided:
        yield "names a side difference, but has no sides"
    marks = {mark for line in test.how for mark in _MARK.findall(line)}
    if marks and (not test.sided or marks - {"side", "other", "Side", "Other"}):
        yield "its steps speak of a side, but it has none"
    for norm in test.norms:
        if norm.low is None and norm.high is None:
            yield f"norm {norm.label!r}: has no value"
        if norm.low is not None and norm.high is not None and norm.low > norm.high:
            yield f"norm {norm.label!r}: low is above high"


def _questionnaire_faults(knowledge: Knowledge) -> Iterator[str]:
    for form in knowledge.questionnaires.values():
        place = f"questionnaires.yaml: {form.id}"
        ids = [item.id for item in form.items]
        if len(set(ids)) < len(ids):
            yield f"{place}: two items have the same id"
        if form.minimum >= form.maximum:
            yield f"{place}: its minimum is not below its maximum"
        if (form.mic is not None or form.mic_pct is not None) and form.mic_tag is None:
            yield f"{place}: its mic has no tag"


def _goal_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield what is wrong with the groups of a week, above all an item of the article without one."""
    groups = {muscle.group for muscle in knowledge.muscles.values()}
    goals = knowledge.planning.goals
    if len({goal.id for goal in goals}) < len(goals):
        yield "planning.yaml: a goal stands twice"
    for goal in goals:
        place = f"planning.yaml: goal {goal.id}"
        yield from _unknown(place, "group", goal.groups, groups)
        yield from _unknown(place, "item", goal.articles, knowledge.article)
    asked = {name for goal in goals for name in goal.articles}
    for name in knowledge.article:
        if name not in asked:
            yield f"planning.yaml: no goal asks for {name} of the article"


def _rule_faults(knowledge: Knowledge) -> Iterator[str]:
    names = [info.id for info in knowledge.rules.info]
    for name in RULES:
        if names.count(name) != 1:
            yield f"rules.yaml: {name} must be named once"
    yield from _unknown("rules.yaml", "rule", names, RULES)
    yield from _unknown("planning.yaml", "starter", knowledge.planning.starters, knowledge.exercises)
    if len(set(knowledge.planning.starters)) < len(knowledge.planning.starters):
        yield "planning.yaml: a starter stands twice"
    yield from _goal_faults(knowledge)
    for field in ("place_s", "switch_place_s"):
        yield from _unknown("timing.yaml", field, getattr(knowledge.timing, field), knowledge.positions)
    for name in knowledge.positions:
        if name not in knowledge.timing.place_s:
            yield f"timing.yaml: place_s: {name!r} is missing"
    yield from _unknown("timing.yaml", "switch_prop_s", knowledge.timing.switch_prop_s, knowledge.equipment)


def _unknown(place: str, what: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"{place}: {what} {name!r} is not known".removeprefix(": ")

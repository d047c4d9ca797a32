"""The questions that tell whether exercise is safe: one a screen, kept at once."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from unpinch.journal import EntryError
from unpinch.journal.kinds import Profile
from unpinch.knowledge.clinical import Question
from unpinch.web.forms import Here, Sent
from unpinch.web.rescue import answer_words
from unpinch.web.visit import Visit

router = APIRouter()

Occasion = Literal["full", "weekly", "session", "new_symptoms"]
ALONE: Final = frozenset({"none", "checked", "not_sure", "prefer_not"})
"""Answers to a question with several choices that cannot stand beside another one."""


@router.get("/screen")
def screen(visit: Here) -> Response:
    """Go to the next question that is due; to today when none is."""
    return RedirectResponse(next_due(visit), status_code=303)


@router.get("/screen/{question_id}")
def ask(visit: Here, question_id: str, again: bool = False) -> Response:
    """Ask one question."""
    question = question_of(visit, question_id)
    return _page(visit, question, f"/screen/{question.id}", again=again)


@router.post("/screen/{question_id}")
def answer(visit: Here, question_id: str, sent: Sent) -> Response:
    """Keep the answer and go on."""
    question = question_of(visit, question_id)
    error = keep(visit, question, sent, occasion(visit, question))
    if error is not None:
        return _page(visit, question, f"/screen/{question.id}", error=error, typed=_typed(sent))
    to = next_due(visit)
    if to == "/today" and visit.person.profile == Profile():
        to = "/profile/leg?flow=1"  # the second piece of getting to know each other
    return RedirectResponse(_after(visit, to), status_code=303)


@router.get("/new-symptoms")
def new_symptoms(visit: Here) -> Response:
    """Say what follows, with the way to help on top."""
    return visit.page("new_symptoms.html", first=_new(visit)[0], count=len(_new(visit)))


@router.get("/new-symptoms/{question_id}")
def ask_new(visit: Here, question_id: str) -> Response:
    """Ask one of the questions about new symptoms."""
    question = question_of(visit, question_id)
    return _page(visit, question, f"/new-symptoms/{question.id}", new=True)


@router.post("/new-symptoms/{question_id}")
def answer_new(visit: Here, question_id: str, sent: Sent) -> Response:
    """Keep the answer and ask the next one; after the last go where the answers lead."""
    question = question_of(visit, question_id)
    error = keep(visit, question, sent, "new_symptoms")
    if error is not None:
        to = f"/new-symptoms/{question.id}"
        return _page(visit, question, to, new=True, error=error, typed=_typed(sent))
    asked = _new(visit)
    following = [one for one in asked[_place(asked, question) :] if one.id != question.id]
    to = f"/new-symptoms/{following[0].id}" if following else "/today"
    return RedirectResponse(_after(visit, to), status_code=303)


def question_of(visit: Visit, question_id: str) -> Question:
    """Return a question of the screen, or end with "not found"."""
    for question in visit.knowledge.screening.questions:
        if question.id == question_id:
            return question
    raise HTTPException(404)


def next_due(visit: Visit) -> str:
    """Return where the next question that is due stands, or today."""
    screening = visit.knowledge.screening
    clearance = visit.decision.clearance
    if clearance.missing:
        return f"/screen/{clearance.missing[0]}"
    if any(ask.name == "session_line" for ask in visit.decision.asks):
        return f"/screen/{screening.session_line}"
    return "/today"


def occasion(visit: Visit, question: Question) -> Occasion:
    """Tell on which occasion a question is being asked."""
    if question.id == visit.knowledge.screening.session_line:
        return "session"
    weekly = any(ask.name == "weekly_screen" for ask in visit.decision.asks)
    return "weekly" if weekly and "weekly" in question.sets else "full"


def keep(visit: Visit, question: Question, sent: FormData, when: Occasion) -> str | None:
    """Write an answer down; return what is wrong with it, or None when it is kept."""
    said = _read(question, sent)
    if said is None:
        return _wanted(question)
    fields: dict[str, Any] = {
        "question": question.id,
        "answer": said,
        "occasion": when,
        "version": visit.knowledge.screening.version,
    }
    try:
        visit.write("screen", fields)
    except EntryError:
        return _wanted(question)
    return None


def _read(question: Question, sent: FormData) -> str | float | list[str] | None:
    """Return the answer in a form, or None when it is none of this question's."""
    values = [value for value in sent.getlist("answer") if isinstance(value, str)]
    known = {option.id for option in question.options}
    if question.answer == "number":
        if not values or not re.fullmatch(r"\s*\d{1,4}\s*", values[0]):
            return None
        number = float(values[0])
        low, high = question.minimum, question.maximum
        return None if (low is not None and number < low) or (high is not None and number > high) else number
    if not values or not known.issuperset(values):
        return None
    if question.answer == "choice":
        return values[0] if len(values) == 1 else None
    return None if len(values) > 1 and ALONE & set(values) else values


def _wanted(question: Question) -> str:
    if question.answer == "number":
        low, high = question.minimum, question.maximum
        return f"Please type a whole number from {low} to {high}."
    if question.answer == "several":
        return "Tick what fits, or one of the last answers alone."
    return "Please choose one of the answers."


def _after(visit: Visit, to: str) -> str:
    """An emergency sign ends every round of questions at once."""
    return "/emergency" if visit.decision.clearance.tier == "E" else to


def _new(visit: Visit) -> list[Question]:
    """Return the questions about new symptoms that apply, the gravest first."""
    flags = set(visit.decision.clearance.flags)
    return [
        question
        for question in visit.knowledge.screening.questions
        if "new_symptoms" in question.sets and (not question.only_if or flags.intersection(question.only_if))
    ]


def _place(asked: list[Question], question: Question) -> int:
    ids = [one.id for one in asked]
    return ids.index(question.id) if question.id in ids else 0


def _page(
    visit: Visit,
    question: Question,
    action: str,
    *,
    new: bool = False,
    again: bool = False,
    error: str | None = None,
    typed: tuple[str, ...] = (),
) -> Response:
    if new:
        asked = _new(visit)
        place = _place(asked, question)
        left = len(asked) - place
        back = f"/new-symptoms/{asked[place - 1].id}" if place else "/new-symptoms"
    else:
        left = len(visit.decision.clearance.missing)
        back = _earlier(visit, question)
    return visit.page(
        "question.html",
        status=422 if error else 200,
        question=question,
        action=action,
        back=back,
        left=left,
        new=new,
        said=answer_words(visit, question) if again else "",
        error=error,
        typed=typed,
    )


def _typed(sent: FormData) -> tuple[str, ...]:
    """Return what was sent, so that a person need not tell it twice."""
    return tuple(value[:40] for value in sent.getlist("answer") if isinstance(value, str))


def _earlier(visit: Visit, question: Question) -> str:
    """Return the address of the question that was answered last before this one."""
    order = [one.id for one in visit.knowledge.screening.questions if "full" in one.sets]
    if question.id not in order:
        return "/today"
    for name in reversed(order[: order.index(question.id)]):
        if name in visit.person.answers:
            return f"/screen/{name}?again=1"
    return "/welcome"

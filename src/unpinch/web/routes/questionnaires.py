"""The measures of the course: a list to tick, three activities of one's own, and "all in all"."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from unpinch.journal import EntryError
from unpinch.knowledge.clinical import Questionnaire
from unpinch.web.forms import Here, Sent, text, whole
from unpinch.web.visit import Visit

router = APIRouter(prefix="/questionnaire")


@router.get("/{instrument_id}")
def ask(visit: Here, instrument_id: str) -> HTMLResponse:
    """Ask one instrument; the last answers are never shown while asking."""
    return _page(visit, _known(visit, instrument_id))


@router.post("/{instrument_id}")
def keep(visit: Here, instrument_id: str, sent: Sent) -> Response:
    """Keep the answers."""
    instrument = _known(visit, instrument_id)
    answers, labels = _read(instrument, sent)
    fault = _fault(instrument, answers, labels)
    if fault is None:
        fields: dict[str, Any] = {"instrument": instrument.id, "answers": answers, "labels": labels}
        try:
            visit.write("questionnaire", fields)
        except EntryError:
            fault = "Please look at the answers again."
    if fault is not None:
        return _page(visit, instrument, fault, answers, labels)
    return RedirectResponse("/today", status_code=303)


def _known(visit: Visit, instrument_id: str) -> Questionnaire:
    instrument = visit.knowledge.questionnaires.get(instrument_id)
    # What is rated every day has pages of its own.
    if instrument is None or instrument.kind == "rate":
        raise HTTPException(404)
    return instrument


def _read(instrument: Questionnaire, sent: FormData) -> tuple[dict[str, Any], dict[str, str]]:
    if instrument.kind == "tick":
        ticked = set(sent.getlist("ticked"))
        return {item.id: 1 for item in instrument.items if item.id in ticked}, {}
    answers = {item.id: whole(sent, item.id) for item in instrument.items}
    labels: dict[str, str] = {}
    if instrument.kind == "own_activities":
        labels = {item.id: name for item in instrument.items if (name := text(sent, f"label-{item.id}"))}
        answers = {name: value for name, value in answers.items() if name in labels}
    return {name: value for name, value in answers.items() if value is not None}, labels


def _fault(instrument: Questionnaire, answers: dict[str, Any], labels: dict[str, str]) -> str | None:
    inside = all(
        isinstance(value, int) and instrument.minimum <= value <= instrument.maximum
        for value in answers.values()
    )
    if not inside and instrument.kind != "tick":
        return f"Please choose a number from {instrument.minimum} to {instrument.maximum}."
    if instrument.kind == "own_activities":
        if not labels:
            return "Please name at least one activity."
        if set(answers) != set(labels):
            return "Please choose a number for each activity that you named."
    if instrument.kind == "change" and not answers:
        return "Please choose an answer."
    return None


def _page(
    visit: Visit,
    instrument: Questionnaire,
    fault: str | None = None,
    answers: dict[str, Any] | None = None,
    labels: dict[str, str] | None = None,
) -> HTMLResponse:
    return visit.page(
        "questionnaire.html",
        status=422 if fault else 200,
        instrument=instrument,
        fault=fault,
        answers=answers or {},
        labels=labels if labels is not None else _last_labels(visit, instrument),
    )


def _last_labels(visit: Visit, instrument: Questionnaire) -> dict[str, str]:
    """Return the person's own activities: each week the same ones are asked."""
    told: dict[str, str] = {}
    for _, answered in visit.person.questionnaires:
        if answered.instrument == instrument.id and answered.labels:
            told = dict(answered.labels)
    return told

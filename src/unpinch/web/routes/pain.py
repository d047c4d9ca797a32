"""How it is now, and the one number of the morning. The last number is never shown here."""

from __future__ import annotations

from typing import Any, Final, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.journal import EntryError
from unpinch.web.forms import Here, Sent, field_of, text, told, truth, whole
from unpinch.web.visit import Visit

router = APIRouter()

ZONES: Final = ("Nowhere", "Low back", "Buttock", "Back of thigh", "Knee", "Calf", "Foot or toes")
"""Names of the levels of `unpinch.knowledge.kinds.Distal`, in order."""


@router.get("/pain")
def pain(visit: Here) -> HTMLResponse:
    """Ask how the pain is now."""
    return _page(visit, "now")


@router.post("/pain")
def keep_pain(visit: Here, sent: Sent) -> Response:
    """Keep how it is now."""
    return _keep(visit, sent, "now")


@router.get("/morning")
def morning(visit: Here) -> HTMLResponse:
    """Ask for the number of this morning."""
    return _page(visit, "morning")


@router.post("/morning")
def keep_morning(visit: Here, sent: Sent) -> Response:
    """Keep the number of this morning."""
    return _keep(visit, sent, "morning")


def _keep(visit: Visit, sent: Any, when: Literal["now", "morning"]) -> Response:
    fields = told(
        {
            "when": when,
            "leg_nprs": whole(sent, "leg_nprs"),
            "distal": whole(sent, "distal"),
            "side": text(sent, "side"),
            "back_nprs": whole(sent, "back_nprs"),
            "worst_24h_nprs": whole(sent, "worst_24h_nprs"),
            "new_numbness": truth(sent, "new_numbness"),
            "new_weakness": truth(sent, "new_weakness"),
            "constant": truth(sent, "constant"),
            "settle_min": whole(sent, "settle_min"),
            "provoke_min": whole(sent, "provoke_min"),
        }
    )
    if "leg_nprs" not in fields:
        return _page(visit, when, {"leg_nprs": "Please choose a number from 0 to 10."}, fields)
    try:
        visit.write("pain", fields)
    except EntryError as error:
        wrong = field_of(error, fields)
        return _page(visit, when, {wrong: "Please look at this answer again."}, fields)
    if fields.get("new_numbness") or fields.get("new_weakness"):
        return RedirectResponse("/new-symptoms", status_code=303)
    return RedirectResponse("/today", status_code=303)


def _page(
    visit: Visit,
    when: Literal["now", "morning"],
    faults: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
) -> HTMLResponse:
    return visit.page(
        "pain.html",
        status=422 if faults else 200,
        when=when,
        zones=ZONES,
        told_today=visit.now.date() in visit.person.mornings,
        side=visit.person.profile.side,
        faults=faults or {},
        typed=typed or {},
    )

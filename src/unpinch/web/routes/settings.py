"""Settings, and the person's data: take it along, bring it in. Copies and deleting: `keeping`."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.exchange.incoming import IncomingError, incoming
from unpinch.journal import JournalError
from unpinch.web import speech
from unpinch.web.forms import Here, Sent, text
from unpinch.web.visit import Visit

router = APIRouter(prefix="/settings")

SAID: Final = {"yes": True, "no": False}
WISHES: Final[dict[str, dict[str, Any]]] = {
    "theme": {"auto": "auto", "light": "light", "dark": "dark"},
    "contrast": {"usual": "usual", "more": "more"},
    "motion": {"usual": "usual", "less": "less"},
    "voice": SAID,
    "tones": SAID,
    "vibration": SAID,
    "voice_rate": {"slow": 0.8, "usual": 1.0, "fast": 1.2},
}
"""What can be chosen for each setting, as the form sends it and as the journal keeps it."""


@router.get("")
def settings(visit: Here, imported: int | None = None, kept: bool = False) -> HTMLResponse:
    """Show the settings."""
    return _page(visit, imported=imported, kept=kept)


@router.post("")
def change(visit: Here, sent: Sent) -> Response:
    """Keep what was changed."""
    now = _chosen(visit)
    for name, choices in WISHES.items():
        said = text(sent, name)
        if said in choices and said != now[name]:
            visit.write("preference", {"name": name, "value": choices[said]})
    return RedirectResponse("/settings?kept=1", status_code=303)


@router.get("/export")
def export(visit: Here) -> Response:
    """Hand out the whole journal as a file, one entry a line."""
    name = f"unpinch-{visit.now.date().isoformat()}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(visit.journal.to_jsonl(), media_type="application/x-ndjson", headers=headers)


@router.post("/import")
def bring_in(visit: Here, file: UploadFile | None = None) -> Response:
    """Add a file of entries to the journal, or nothing at all when one line of it is wrong."""
    raw = file.file.read() if file is not None else b""
    if not raw.strip():
        return _page(visit, fault="Please choose a file first. The one that you chose is empty or missing.")
    try:
        raw.decode("utf-8-sig")
        journal = incoming(raw, visit.knowledge).beside(visit.journal)
        visit.journal.merge(journal)
    except UnicodeDecodeError:
        return _page(visit, fault="This is not a diary of Unpinch: it is no plain text. Nothing was changed.")
    except (IncomingError, JournalError) as error:
        return _page(visit, fault=f"This file cannot be used. {error}. Nothing was changed.")
    count = visit.house.store.merge(journal)
    visit.forget()
    return RedirectResponse(f"/settings?imported={count}#data", status_code=303)


def _chosen(visit: Visit) -> dict[str, str]:
    """Return what is chosen for each setting, as the form says it."""
    usual = {"theme": "auto", "contrast": "usual", "motion": "usual", "voice_rate": "usual"}
    chosen = {}
    for name, choices in WISHES.items():
        said = visit.person.preferences.get((name, None))
        found = [key for key, value in choices.items() if said is not None and value == said[1]]
        chosen[name] = found[0] if found else usual.get(name, "yes")
    return chosen


def _page(
    visit: Visit,
    *,
    imported: int | None = None,
    kept: bool = False,
    fault: str | None = None,
) -> HTMLResponse:
    return visit.page(
        "settings.html",
        status=422 if fault else 200,
        chosen=_chosen(visit),
        entries=speech.plural(len(visit.journal), "entry", "entries"),
        imported=None if imported is None else speech.plural(imported, "new entry", "new entries"),
        kept=kept,
        fault=fault,
    )

"""Keeping the journal safe, and letting it go: a locked copy, bringing one back, deleting everything."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.exchange.backup import Copy, PassphraseNeeded, pack, read_backup, seal, unpack
from unpinch.exchange.files import FileError
from unpinch.journal import JournalError
from unpinch.knowledge import say
from unpinch.web import speech
from unpinch.web.forms import Here, Sent, text
from unpinch.web.security import CSRF_COOKIE
from unpinch.web.visit import Visit

router = APIRouter(prefix="/settings")

WORD: Final = "delete"
"""What has to be typed before everything is deleted."""

CLEAR: Final = {"Clear-Site-Data": '"cache", "storage"'}
"""What this browser keeps of ours. Cookies go one by one: others on this machine share their jar."""


@router.get("/backup")
def backup_page(visit: Here) -> HTMLResponse:
    """Say what a locked copy is, and ask for a passphrase."""
    return _backup(visit)


@router.post("/backup")
def backup(visit: Here, sent: Sent) -> Response:
    """Hand out everything in one locked file."""
    # Spaces at the ends belong to a passphrase, so the field is taken as it is.
    passphrase, again = (str(sent.get(name) or "") for name in ("passphrase", "again"))
    words, least = visit.knowledge.words, visit.knowledge.keeping.passphrase_min
    if len(passphrase) < least:
        return _backup(visit, fault=say(words, "passphrase.short", least=least).text)
    if passphrase != again:
        return _backup(visit, fault=words["passphrase.differ"])
    name = f"unpinch-{visit.now.date().isoformat()}.age"
    sealed = seal(pack(visit.journal, visit.now), passphrase)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(sealed, media_type="application/octet-stream", headers=headers)


@router.get("/restore")
def restore_page(visit: Here, restored: int | None = None) -> HTMLResponse:
    """Ask for a copy, and list those on this machine."""
    return _restore(visit, restored=restored)


@router.post("/restore")
def restore(visit: Here, sent: Sent, file: UploadFile | None = None) -> Response:
    """Add what a copy holds, all of it or nothing."""
    try:
        copy = _copy_of(visit, text(sent, "copy"), file, str(sent.get("passphrase") or "") or None)
        visit.journal.merge(copy.journal)
        count = visit.house.store.merge(copy.journal)
    except PassphraseNeeded:
        return _restore(visit, fault="This file is locked. Type its passphrase as well.")
    except (FileError, JournalError) as error:
        return _restore(visit, fault=f"This copy cannot be used: {error}. Nothing was changed.")
    visit.forget()
    return RedirectResponse(f"/settings/restore?restored={count}", status_code=303)


@router.get("/delete")
def delete_page(visit: Here) -> HTMLResponse:
    """Say what goes and what we cannot reach, and ask for a word."""
    return _delete(visit)


@router.post("/delete")
def delete(visit: Here, sent: Sent) -> Response:
    """Delete everything, once the word has been typed."""
    if (text(sent, "word") or "").casefold() != WORD:
        return _delete(visit, fault=f"Nothing was deleted. To go on, type the word {WORD}.")
    visit.house.store.delete_everything()
    visit.house.feed.forget()
    visit.forget()
    answer = RedirectResponse("/welcome?gone=1", status_code=303, headers=CLEAR)
    answer.delete_cookie(CSRF_COOKIE, path="/")
    return answer


def _copy_of(visit: Visit, name: str | None, file: UploadFile | None, passphrase: str | None) -> Copy:
    """Return the copy that was sent, or the one on this machine that was named."""
    for kept in visit.house.keeper.copies.kept() if visit.house.keeper and name else ():
        if kept.path.name == name:
            return read_backup(kept.path)
    raw = file.file.read() if file is not None else b""
    if not raw.strip():
        raise FileError("please choose a file first, the one that you chose is empty or missing")
    return unpack(raw, passphrase)


def _copies(visit: Visit) -> list[dict[str, Any]]:
    """Return a row for each copy on this machine, the newest first."""
    rows = []
    for kept in visit.house.keeper.copies.kept() if visit.house.keeper else ():
        made = kept.made.astimezone(visit.now.tzinfo)
        try:
            held = speech.plural(len(read_backup(kept.path).journal), "entry", "entries")
        except FileError:
            held = None  # damaged
        when = f"{speech.day(made.date(), visit.now.date())}, {speech.clock(made)}"
        rows.append({"name": kept.path.name, "when": when, "held": held})
    return rows


def _backup(visit: Visit, *, fault: str | None = None) -> HTMLResponse:
    keeping = visit.knowledge.keeping
    keeper = visit.house.keeper
    plan = {"daily": keeping.daily, "weekly": keeping.weekly, "monthly": keeping.monthly}
    words = visit.knowledge.words
    return visit.page(
        "backup.html",
        status=422 if fault else 200,
        words=words,
        least=keeping.passphrase_min,
        auto=say(words, "backup.auto", **plan).text if keeper else None,
        trouble=say(words, "backup.trouble", why=keeper.trouble).text if keeper and keeper.trouble else None,
        fault=fault,
    )


def _restore(visit: Visit, *, restored: int | None = None, fault: str | None = None) -> HTMLResponse:
    return visit.page(
        "restore.html",
        status=422 if fault else 200,
        words=visit.knowledge.words,
        copies=_copies(visit),
        keeper=visit.house.keeper,
        restored=None if restored is None else speech.plural(restored, "new entry", "new entries"),
        fault=fault,
    )


def _delete(visit: Visit, *, fault: str | None = None) -> HTMLResponse:
    words = visit.knowledge.words
    entries = speech.plural(len(visit.journal), "entry", "entries")
    goes = [say(words, "delete.goes.journal", entries=entries).text]
    if visit.house.keeper is not None:
        goes.append(say(words, "delete.goes.copies", copies=len(visit.house.keeper.copies.kept())).text)
    goes.append(words["delete.goes.browser"])
    return visit.page(
        "delete.html",
        status=422 if fault else 200,
        words=words,
        goes=goes,
        stays=[words[f"delete.stays.{name}"] for name in ("taken", "moved", "others", "disk")],
        word=WORD,
        fault=fault,
    )

"""What the guided session writes down: entries with ids of its own, sent again until they are kept."""

from __future__ import annotations

import datetime as dt
import re
import threading
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from msgspec import Meta
from starlette.concurrency import run_in_threadpool

from unpinch.journal import Entry, EntryError, decode
from unpinch.web.forms import Here, field_of
from unpinch.web.visit import Visit

router = APIRouter(prefix="/api")

MOST: Final = 500
"""Entries in one request."""

LONGEST_S: Final = 60.0 * 60 * 24 * 30
"""How long ago an entry may have happened; a player that was away for longer has no clock to trust."""

_UUID7: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_WRITING: Final = threading.Lock()


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry as the player sends it; the server sets the time."""

    id: str
    kind: str
    data: dict[str, Any]
    ago_s: Annotated[float, Meta(ge=0, le=LONGEST_S)] = 0.0


class Sending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request."""

    entries: Annotated[list[Told], Meta(max_length=MOST)]


class Fault(Exception):
    """An entry is refused, and with it the whole request."""

    def __init__(self, status: int, entry: str | None, field: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.entry = entry
        self.field = field
        self.reason = reason


@router.post("/entries")
async def entries(visit: Here, request: Request) -> JSONResponse:
    """Append entries once, however often they are sent; all of them or none."""
    raw = await request.body()
    try:
        saved = await run_in_threadpool(_save, visit, raw)
    except Fault as fault:
        named = f"entry {fault.entry}: " if fault.entry else ""
        what = f"{fault.field}: " if fault.field else ""
        told = {
            "error": f"{named}{what}{fault.reason}",
            "entry": fault.entry,
            "field": fault.field,
            "reason": fault.reason,
        }
        return JSONResponse(told, status_code=fault.status)
    tier = await run_in_threadpool(lambda: visit.decision.clearance.tier)
    return JSONResponse({"saved": saved, "tier": tier})


def _save(visit: Visit, raw: bytes) -> list[str]:
    try:
        sending = msgspec.json.decode(raw, type=Sending)
    except msgspec.DecodeError as error:
        raise Fault(422, None, "entries", str(error)) from error
    now = visit.house.clock()
    with _WRITING:
        known = {entry.id: entry for entry in visit.house.store.journal()}
        fresh: dict[str, Entry] = {}
        for told in sending.entries:
            entry = _entry(told, now)
            before = known.get(entry.id) or fresh.get(entry.id)
            if before is None:
                fresh[entry.id] = entry
            elif (before.kind, before.data) != (entry.kind, entry.data):
                raise Fault(409, entry.id, "id", "another entry has this id")
        if fresh:
            visit.house.store.append(*fresh.values())
    visit.forget()
    return [told.id for told in sending.entries]


def _entry(told: Told, now: dt.datetime) -> Entry:
    if not _UUID7.fullmatch(told.id):
        raise Fault(422, told.id[:64], "id", "must be a UUID of version 7 in lower case")
    at = now - dt.timedelta(seconds=told.ago_s)
    fields = {"id": told.id, "at": at, "recorded": now, "kind": told.kind, "data": told.data}
    try:
        return decode(msgspec.json.encode(fields))
    except EntryError as error:
        reason = str(error).removeprefix(f"entry {told.id}: ")
        raise Fault(422, told.id, field_of(error, told.data) or "kind", reason) from error

"""An entry: when it happened, when it was written down, and what it says."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from unpinch.journal.kinds import KINDS, Data, Id

Moment = Annotated[dt.datetime, Meta(tz=True)]
"""An instant with its UTC offset: the offset tells the person's own day."""


class EntryError(ValueError):
    """An entry cannot be read; the message names the entry, the field and the reason."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a person said or did.

    Attributes
    ----------
    id
        UUIDv7 of the entry, unique over all devices.
    at
        When it happened, with the UTC offset of the place.
    recorded
        When it was written down.
    kind
        A key of `unpinch.journal.kinds.KINDS`.
    data
        What it says.
    """

    id: str
    at: dt.datetime
    recorded: dt.datetime
    kind: str
    data: Data

    @property
    def day(self) -> dt.date:
        """The person's own calendar day, by the clock of the place."""
        return self.at.date()


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: Id
    at: Moment
    recorded: Moment
    kind: str
    data: msgspec.Raw


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_DATA: Final = {kind: msgspec.json.Decoder(model) for kind, model in KINDS.items()}
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def decode(raw: str | bytes) -> Entry:
    """Read one entry from JSON.

    Raises
    ------
    EntryError
        One line: which entry, which field, and why.
    """
    try:
        envelope = _ENVELOPE.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise EntryError(f"entry: {error}") from error
    decoder = _DATA.get(envelope.kind)
    if decoder is None:
        known = ", ".join(KINDS)
        raise EntryError(f"entry {envelope.id}: kind {envelope.kind!r} is not one of {known}")
    try:
        data = decoder.decode(envelope.data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise EntryError(f"entry {envelope.id}: {envelope.kind}: {error}") from error
    return Entry(id=envelope.id, at=envelope.at, recorded=envelope.recorded, kind=envelope.kind, data=data)


def encode(entry: Entry) -> bytes:
    """Write an entry as canonical JSON: the same entry always gives the same bytes."""
    return _ENCODER.encode(entry)


def make(entry_id: str, at: dt.datetime, data: Data, recorded: dt.datetime | None = None) -> Entry:
    """Make an entry out of a model, checked as if it had been read.

    Raises
    ------
    EntryError
        When a field is out of its range, or a time has no UTC offset.
    """
    kind = next(name for name, model in KINDS.items() if type(data) is model)
    entry = Entry(id=entry_id, at=at, recorded=recorded or at, kind=kind, data=data)
    return decode(encode(entry))


def from_fields(entry_id: str, at: dt.datetime, kind: str, fields: dict[str, Any]) -> Entry:
    """Make an entry out of plain fields, as they come from a form or a program.

    Raises
    ------
    EntryError
        Names the field and the reason.
    """
    raw = {"id": entry_id, "at": at, "recorded": at, "kind": kind, "data": fields}
    return decode(msgspec.json.encode(raw))

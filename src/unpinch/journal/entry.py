"""An entry: when it happened, when it was written down, and what it says."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Union

import msgspec
from msgspec import Meta

from unpinch.journal.faults import explain, twice
from unpinch.journal.kinds import KINDS, Data, Id

Moment = Annotated[
    dt.datetime, Meta(tz=True, description="a time with its UTC offset, 2025-01-31T08:00:00+01:00")
]
"""An instant with its UTC offset: the offset tells the person's own day."""

YEARS: Final = range(1970, 2200)
"""Years of entries: room for a clock that was set back, none for sums that overflow."""


class EntryError(ValueError):
    """An entry cannot be read; the message names the entry, the field and the reason."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that a person said or did.

    Two entries are equal when their canonical JSON is: 8:00 in Paris is not 7:00 in London, since
    the offset tells the person's own day.

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

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Entry):
            return NotImplemented
        return self.id == other.id and encode(self) == encode(other)

    def __hash__(self) -> int:
        return hash(self.id)


LINES: Final[dict[str, type[msgspec.Struct]]] = {
    kind: msgspec.defstruct(
        f"{kind.title()}Line",
        [("id", Id), ("at", Moment), ("recorded", Moment), ("data", model)],
        tag_field="kind",
        tag=kind,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
    )
    for kind, model in KINDS.items()
}
"""The whole entry of each kind, as it stands on a line of JSON."""

_KIND_OF: Final = {line: kind for kind, line in LINES.items()}
_DECODER: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(Union[tuple(LINES.values())])  # noqa: UP007
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
# What a codec raises on hostile input; everything else would be our own mistake.
_FAULTS: Final = (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError)


def decode(raw: str | bytes) -> Entry:
    """Read one entry from JSON.

    Raises
    ------
    EntryError
        One line: which entry, which field, and why.
    """
    try:
        entry = _entry(_DECODER.decode(raw))
        # Canonical bytes hold nothing twice; in others a second value would be lost in silence.
        repeated = None if encode(entry) == _utf8(raw) else twice(raw)
    except EntryError:
        raise
    except _FAULTS as error:
        raise EntryError(explain(error, raw, LINES, _problem)) from error
    if repeated:
        raise EntryError(f"entry {entry.id}: {entry.kind}: {repeated}: stands twice")
    return entry


def decode_canonical(raw: bytes) -> list[Entry] | None:
    """Read canonical lines all at once, which is quick; None when they are not canonical."""
    try:
        entries = [_entry(line) for line in _DECODER.decode_lines(raw)]
        return entries if encode_lines(entries) == raw else None
    except _FAULTS:
        return None


def encode(entry: Entry) -> bytes:
    """Write an entry as canonical JSON: the same entry always gives the same bytes.

    Raises
    ------
    EntryError
        When it holds what JSON cannot; entries that were read or made hold no such thing.
    """
    try:
        return _ENCODER.encode(entry)
    except _FAULTS as error:
        raise EntryError(f"entry {entry.id}: {explain(error)}") from error


def encode_lines(entries: Sequence[Entry]) -> bytes:
    """Write entries in canonical form, one a line."""
    try:
        return _ENCODER.encode_lines(entries)
    except _FAULTS:
        return b"".join(encode(entry) + b"\n" for entry in entries)  # names the one at fault


def make(entry_id: str, at: dt.datetime, data: Data, recorded: dt.datetime | None = None) -> Entry:
    """Make an entry out of a model, checked as if it had been read.

    Raises
    ------
    EntryError
        When a field is out of its range, or a time has no UTC offset.
    """
    for kind, model in KINDS.items():
        if type(data) is model:
            return _checked(entry_id, at, recorded or at, kind, data)
    raise EntryError(f"entry {entry_id}: {type(data).__name__} is no kind of entry")


def from_fields(
    entry_id: str,
    at: dt.datetime,
    kind: str,
    fields: dict[str, Any],
    recorded: dt.datetime | None = None,
) -> Entry:
    """Make an entry out of plain fields, as they come from a form or a program.

    Raises
    ------
    EntryError
        Names the field and the reason.
    """
    return _checked(entry_id, at, recorded or at, kind, fields)


def _checked(
    entry_id: str, at: dt.datetime, recorded: dt.datetime, kind: str, data: Data | dict[str, Any]
) -> Entry:
    raw = {"id": entry_id, "at": at, "recorded": recorded, "kind": kind, "data": data}
    try:
        _finite(msgspec.to_builtins(data), ())
        line = _ENCODER.encode(raw)
    except _FAULTS as error:
        raise EntryError(f"entry {entry_id}: {kind}: {explain(error)}") from error
    return decode(line)


def _entry(line: Any) -> Entry:
    if line.at.year not in YEARS or line.recorded.year not in YEARS:
        field = "recorded" if line.at.year in YEARS else "at"
        raise EntryError(
            f"entry {line.id}: {field}: must lie in the years {YEARS[0]} to {YEARS[-1]}"
            f" (was {getattr(line, field).isoformat()})"
        )
    return Entry(id=line.id, at=line.at, recorded=line.recorded, kind=_KIND_OF[type(line)], data=line.data)


def _problem(raw: bytes) -> str | None:
    """What the codec says against these bytes."""
    try:
        _DECODER.decode(raw)
    except _FAULTS as error:
        return str(error)
    return None


def _utf8(raw: str | bytes) -> bytes:
    return raw.encode() if isinstance(raw, str) else raw


def _finite(value: Any, path: tuple[str, ...]) -> None:
    """Refuse NaN and infinity: JSON would turn them into null, that is "not answered"."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{'.'.join(path)}: must be a finite number (was {value})")
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    for key, item in items:
        _finite(item, (*path, str(key)))

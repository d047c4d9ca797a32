"""Broken input for everything that is read from outside: mutated examples, and what must come of them.

A reader gives an answer or refuses in one line, whatever it is given. Each is a `Target`; the tests try
some hundred cases of each, ``python -m tools.fuzz`` as many as one likes.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from tests.exchange.records import SOMEBODY, clinicians_plan, pieces, record, written
from unpinch.exchange import backup
from unpinch.exchange.fhir import FhirError, from_bundle
from unpinch.exchange.files import FileError
from unpinch.exchange.incoming import IncomingError, incoming
from unpinch.journal import Journal, JournalConflict, encode
from unpinch.knowledge import load

KNOWN: Final = load()
DIARY: Final = Journal(SOMEBODY)

LONGEST: Final = 1000
"""Characters that a refusal may have: it is one line for a person."""

STRANGE: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 11, 4.5, 1e308, -0.0, 10**30, "", " ", "\0", "\ufeff", "invented", "final",
    "urn:uuid:0", "2025-02-30", "2025-06-02T08:00:00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00Z",
    "🦵", "a" * 5000, [], {}, [[]], [{}], [None], {"": ""}, {"resourceType": "Patient"}, {"extension": [{}]},
)  # fmt: skip


class Target(NamedTuple):
    """Something that reads from outside: examples of what it reads, how it refuses, how they break.

    Where ``breaks`` is None, they are JSON and break as in `broken`.
    """

    examples: Callable[[], Sequence[bytes]]
    read: Callable[[bytes], None]
    refusal: type[Exception]
    breaks: Callable[[Sequence[bytes], random.Random], bytes] | None = None

    def wrong(self, examples: Sequence[bytes], chance: random.Random) -> bytes:
        """Return an example with something wrong in it."""
        return (self.breaks or broken)(examples, chance)


class Wrong(AssertionError):
    """A reader neither answered nor refused as it should."""


def attempt(target: Target, raw: bytes) -> bool:
    """Let a target read; return whether it took what it was given.

    Raises
    ------
    Wrong
        When it raises anything but its refusal, or a refusal that is not one clear line.
    """
    try:
        target.read(raw)
    except target.refusal as refusal:
        said = str(refusal)
        if not said.strip() or "\n" in said or len(said) > LONGEST:
            raise Wrong(f"no clear line: {said[:200]!r}") from refusal
        return False
    except Exception as error:
        raise Wrong(f"{type(error).__name__}: {str(error)[:200]}") from error
    return True


def broken(examples: Sequence[bytes], chance: random.Random) -> bytes:
    """Return an example with something wrong in it: most often in its values, at times in its bytes."""
    raw = chance.choice(examples)
    if chance.random() < 0.2:
        return _bytes(raw, chance)
    found = json.loads(raw)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        found = _value(found, chance)
    try:
        return json.dumps(found, ensure_ascii=chance.random() < 0.5).encode(errors="surrogatepass")
    except (ValueError, RecursionError):
        return raw


def _bytes(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    match chance.randrange(5):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
        case 2:
            return raw[:at] + raw[at + chance.randrange(1, 40) :]
        case 3:
            return raw[:at] + raw[at : at + 30] + raw[at:]
        case _:
            return chance.randbytes(chance.randrange(60))


def _value(found: Any, chance: random.Random) -> Any:
    """Change one value somewhere: for another, a strange one, none, or twice."""
    places: list[tuple[Any, Any]] = []
    waiting = [found]
    while waiting:
        value = waiting.pop()
        keys = (
            list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        )
        for key in keys:
            places.append((value, key))
            waiting.append(value[key])
    if not places:
        return copy.deepcopy(chance.choice(STRANGE))
    holder, key = chance.choice(places)
    match chance.randrange(6):
        case 0:
            del holder[key]
        case 1:
            other, other_key = chance.choice(places)
            if other_key in other if isinstance(other, dict) else other_key < len(other):
                holder[key] = json.loads(json.dumps(other[other_key]))
        case 2 if isinstance(holder, dict):
            holder[chance.choice(["status", "valueX", "extension", "id", "", str(key) + "_"])] = holder.pop(
                key
            )
        case 3 if isinstance(holder, list):
            holder.insert(chance.randrange(len(holder) + 1), holder[key])
        case 4 if isinstance(holder[key], str) and holder[key]:
            letters = list(holder[key])
            letters[chance.randrange(len(letters))] = chance.choice("\0\ud800 a0-:/|.#é🦵")
            holder[key] = "".join(letters)
        case _:
            holder[key] = copy.deepcopy(chance.choice(STRANGE))  # it may be changed in its turn
    return found


# --- the targets --------------------------------------------------------------------------------


def _bundles() -> Sequence[bytes]:
    """Return small ones above all, so that each kind of entry is met often; and one whole record."""
    plans = [clinicians_plan(alone=alone) for alone in (True, False)]
    return [*pieces(record(SOMEBODY)), *plans, *plans, written(SOMEBODY)]


def _read_bundle(raw: bytes) -> None:
    found = from_bundle(raw, now=dt.datetime(2025, 6, 2, 12, tzinfo=dt.UTC))
    for entry in found.entries:
        encode(entry)


def _diaries() -> Sequence[bytes]:
    """Return short diaries of many kinds of entry, and longer ones."""
    lines = DIARY.to_jsonl().encode().splitlines(keepends=True)
    pairs = [b"".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]
    return [*pairs, b"".join(lines)]


def _broken_lines(examples: Sequence[bytes], chance: random.Random) -> bytes:
    """Return lines of which one is another, twice there, cut, or has a wrong value."""
    raw = chance.choice(examples)
    if chance.random() < 0.2:
        return _bytes(raw, chance)
    lines = raw.splitlines()
    for _ in range(chance.choice([1, 1, 2, 4])):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                lines.insert(at, chance.choice(lines))
            case 1 if len(lines) > 1:
                del lines[at]
            case 2 if lines[at]:
                lines[at] = _bytes(lines[at], chance)
            case _:
                try:
                    found = _value(json.loads(lines[at]), chance)
                    lines[at] = json.dumps(found).encode(errors="surrogatepass")
                except (ValueError, RecursionError):
                    lines[at] = b"{"
    return b"\n".join(lines)


def _read_lines(raw: bytes) -> None:
    found = incoming(raw, KNOWN)
    fresh = found.beside(DIARY)
    assert len(fresh) <= len(found.journal)
    try:
        DIARY.merge(fresh)
    except JournalConflict as error:  # the store says the same in its own words
        raise IncomingError(str(error)) from error


def _copies() -> Sequence[bytes]:
    return [
        backup.pack(Journal.from_jsonl(raw), dt.datetime(2025, 6, 2, 12, tzinfo=dt.UTC)) for raw in _diaries()
    ]


def _broken_copy(examples: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a copy that is cut or altered, or a whole one with something wrong in what it holds."""
    raw = chance.choice(examples)
    if chance.random() < 0.3:
        return _bytes(raw, chance)
    with zipfile.ZipFile(io.BytesIO(raw)) as held:
        manifest, lines = json.loads(held.read(backup.MANIFEST)), held.read(backup.LINES)
    if chance.random() < 0.6:
        lines = _broken_lines([lines], chance)
    if chance.random() < 0.7:  # such as another program would write it
        manifest |= {"sha256": hashlib.sha256(lines).hexdigest(), "entries": len(lines.splitlines())}
    if chance.random() < 0.3:
        manifest = _value(manifest, chance)
    parts = {backup.MANIFEST: json.dumps(manifest).encode(errors="surrogatepass"), backup.LINES: lines}
    if chance.random() < 0.1:
        parts.pop(chance.choice(list(parts)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _read_copy(raw: bytes) -> None:
    found = backup.unpack(raw)
    assert found.manifest is None or len(found.journal) == found.manifest.entries


TARGETS: Final = {
    "fhir": Target(_bundles, _read_bundle, FhirError),
    "journal": Target(_diaries, _read_lines, IncomingError, _broken_lines),
    "copy": Target(_copies, _read_copy, FileError, _broken_copy),
}
"""Everything that is tried, by its name on the command line."""

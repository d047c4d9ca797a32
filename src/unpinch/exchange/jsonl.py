"""A journal as a file of lines: the form in which it leaves and comes back whole."""

from __future__ import annotations

import codecs
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from unpinch.exchange.files import FileError
from unpinch.journal import EntryError, Journal, JournalError, decode

__all__ = ["FileError", "read", "read_bytes", "read_what_is_sound"]

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_bytes(place: str) -> bytes:
    """Return what a file holds, as UTF-8; ``-`` is the standard input.

    Windows PowerShell writes UTF-16 when a command's output is sent to a file, so that is read too.

    Raises
    ------
    FileError
        When it cannot be read.
    """
    try:
        raw = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    except OSError as error:
        raise FileError(f"{place}: {error.strerror or error}") from error
    if raw.startswith(_UTF16):
        with suppress(UnicodeDecodeError):
            return raw.decode("utf-16").encode()
    return raw


def read(place: str) -> Journal:
    """Return the journal in a file; ``-`` is the standard input.

    Raises
    ------
    FileError
        When it cannot be read; names the file, the line, the entry, the field and the reason.
    """
    raw = read_bytes(place)
    try:
        return Journal.from_jsonl(raw)
    except JournalError as error:
        raise FileError(f"{_name(place)}: {error}") from error


def read_what_is_sound(place: str) -> tuple[Journal, tuple[str, ...]]:
    """Return the entries of a file that can be read, and one line for each fault.

    Raises
    ------
    FileError
        When the file itself cannot be read.
    """
    journal, faults = Journal(), []
    raw = read_bytes(place).removeprefix(codecs.BOM_UTF8)
    with suppress(JournalError):
        return Journal.from_jsonl(raw), ()
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip():
            try:
                journal = journal.append(decode(line))
            except (EntryError, JournalError) as error:
                faults.append(f"line {number}: {error}")
    return journal, tuple(faults)


def _name(place: str) -> str:
    return "standard input" if place == "-" else place

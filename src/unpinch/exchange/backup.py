"""A copy of a journal in one file: a ZIP with a manifest, locked with a passphrase where asked.

The locked form is age (https://age-encryption.org/v1) with a passphrase; any age program opens it,
and any ZIP program what is inside. The lines of the journal are those of `unpinch journal export`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import time
import zipfile
import zlib
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import pyrage

from unpinch import __version__
from unpinch.exchange.files import FileError, write_whole
from unpinch.exchange.jsonl import read_bytes
from unpinch.journal import Journal, JournalError

FORMAT: Final = 1
"""Version of the form; raised when an older Unpinch could no longer read it."""

MANIFEST: Final = "manifest.json"
LINES: Final = "journal.jsonl"
_SEALED: Final = b"age-encryption.org/v1\n"
_ARMORED: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_ZIPPED: Final = b"PK\x03\x04"
_MOST: Final = 1 << 30
"""Bytes that a copy may unpack to: some thousand years of entries, and no bomb."""

_WORK: Final = re.compile(rb"\n-> scrypt \S+ (\d{1,2})\n")
_LEAST_WORK: Final = 16
_MOST_WORK: Final = 22
"""Some ten seconds, and 4 GB; nothing that age itself writes needs more."""
_TRIES: Final = 20
_SHORT: Final = 80
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What a damaged ZIP raises."""


class PassphraseNeeded(FileError):
    """The file is locked, and no passphrase was given."""


class WrongPassphrase(FileError):
    """The passphrase does not open the file."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a copy says of itself.

    Attributes
    ----------
    format
        Version of the form, `FORMAT`.
    made
        When it was made, with the UTC offset.
    program
        The version of Unpinch that made it.
    entries
        How many entries it holds.
    sha256
        Hash of the lines, in hexadecimal.
    """

    format: int
    made: dt.datetime
    program: str
    entries: int
    sha256: str


class Copy(NamedTuple):
    """A copy that was read, with its manifest; None for plain lines, which bring none."""

    manifest: Manifest | None
    journal: Journal


def pack(journal: Journal, made: dt.datetime) -> bytes:
    """Return a copy of a journal that is not locked: a ZIP. The same input gives the same bytes.

    Parameters
    ----------
    journal
        What to copy.
    made
        The time, with its UTC offset.
    """
    lines = journal.to_jsonl().encode()
    manifest = Manifest(
        format=FORMAT,
        made=made,
        program=__version__,
        entries=len(journal),
        sha256=hashlib.sha256(lines).hexdigest(),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in ((MANIFEST, msgspec.json.format(msgspec.json.encode(manifest))), (LINES, lines)):
            info = zipfile.ZipInfo(name)  # stands at 1980, so that the bytes hold no clock
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            file.writestr(info, content)
    return out.getvalue()


def seal(content: bytes, passphrase: str) -> bytes:
    """Return bytes locked with a passphrase, in the binary age format."""
    # age takes the time of a moment to choose how much work opening shall be; when the machine is
    # busy in that moment, the lock comes out weak.
    made = [bytes(pyrage.passphrase.encrypt(content, passphrase))]
    while _work(made[-1]) < _LEAST_WORK and len(made) < _TRIES:
        made.append(bytes(pyrage.passphrase.encrypt(content, passphrase)))
    return max(made, key=_work)


def is_sealed(raw: bytes) -> bool:
    """Tell whether bytes are locked and need a passphrase."""
    return raw.startswith((_SEALED, _ARMORED))


def is_copy(raw: bytes) -> bool:
    """Tell whether bytes are a copy, locked or not, as far as their beginning tells."""
    return is_sealed(raw) or raw.startswith(_ZIPPED)


def unpack(raw: bytes, passphrase: str | None = None) -> Copy:
    """Read a copy, locked or not, or the plain lines of an export.

    Parameters
    ----------
    raw
        What the file holds.
    passphrase
        Opens it where it is locked.

    Raises
    ------
    PassphraseNeeded, WrongPassphrase
        When it is locked and stays so.
    FileError
        When it is no sound copy, or a newer Unpinch made it.
    """
    if is_sealed(raw):
        if passphrase is None:
            raise PassphraseNeeded("it is locked with a passphrase")
        raw = _opened(raw, passphrase)
    if not raw.startswith(_ZIPPED):
        try:
            return Copy(None, Journal.from_jsonl(raw))
        except JournalError as error:
            raise FileError(str(error)) from error
    manifest, lines = _parts(raw)
    if manifest.format > FORMAT:
        raise FileError(f"a newer Unpinch made it (form {manifest.format}, this one knows {FORMAT})")
    if hashlib.sha256(lines).hexdigest() != manifest.sha256:
        raise FileError(f"damaged: {LINES} is not what was written")
    try:
        journal = Journal.from_jsonl(lines)
    except JournalError as error:
        raise FileError(f"{LINES}: {error}") from error
    if len(journal) != manifest.entries:
        raise FileError(f"damaged: {len(journal)} entries where {manifest.entries} were written")
    return Copy(manifest, journal)


def write_backup(
    journal: Journal, place: str | Path, passphrase: str, made: dt.datetime, *, replace: bool = False
) -> None:
    """Write a locked copy to a file, whole or not at all, and make sure that it can be read again.

    Raises
    ------
    FileError
        When it cannot be written, or is already there.
    """
    path = Path(place)
    if path.exists() and not replace:
        raise FileError(f"{place}: is already there")
    sealed = seal(pack(journal, made), passphrase)
    # A copy that nobody can open would be found out when it is too late.
    if unpack(sealed, passphrase).journal != journal:
        raise FileError(f"{place}: the copy could not be read again, so it was not written")
    write_whole(sealed, path, replace=replace)


def read_backup(place: str | Path, passphrase: str | None = None) -> Copy:
    """Read a copy from a file; see `unpack`. ``-`` is the standard input.

    Raises
    ------
    FileError
        Names the file and the reason.
    """
    try:
        return unpack(read_bytes(str(place)), passphrase)
    except FileError as error:
        if str(error).startswith(f"{place}: "):
            raise
        raise type(error)(f"{place}: {error}") from error


def _opened(raw: bytes, passphrase: str) -> bytes:
    for last in (*(False,) * (_TRIES - 1), True):
        try:
            return bytes(pyrage.passphrase.decrypt(raw, passphrase))
        except pyrage.DecryptError as error:
            reason = " ".join(str(error).split())
            # A wrong passphrase and a damaged beginning look the same to the cipher.
            if "Decryption failed" in reason:
                raise WrongPassphrase("this passphrase does not open it") from error
            # By the same measure age refuses what seems too much work; a moment later it does not.
            if "xcessive work" not in reason:
                raise FileError(f"damaged or cut off ({reason})") from error
            if last or _work(raw) > _MOST_WORK:
                raise FileError("this machine is too slow or too busy to open it; try again") from error
            time.sleep(0.05)
    raise AssertionError  # the last try returns or raises


def _work(raw: bytes) -> int:
    """Return how much work opening a locked file is: the power of two of scrypt, 0 when unknown."""
    told = _WORK.search(raw[:200])
    return int(told[1]) if told else 0


def _why(error: Exception) -> str:
    """Return what a ZIP says of itself, in brackets; nothing where it would quote what it holds."""
    said = str(error)
    return f" ({said})" if said and len(said) < _SHORT and "\\x" not in said else ""


def _parts(raw: bytes) -> tuple[Manifest, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            size = sum(part.file_size for part in file.infolist())
            if size <= _MOST:
                told, lines = file.read(MANIFEST), file.read(LINES)
    except KeyError as error:
        raise FileError(f"no copy of a journal: {error.args[0]}") from error
    except _BROKEN as error:
        raise FileError(f"damaged or cut off{_why(error)}") from error
    if size > _MOST:
        raise FileError("too large to be a copy of a journal")
    try:
        return msgspec.json.decode(told, type=Manifest), lines
    except msgspec.MsgspecError as error:
        raise FileError(f"{MANIFEST}: {error}") from error

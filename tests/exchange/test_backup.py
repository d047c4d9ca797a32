"""A copy is whole, locked, readable by others, and anything else is refused in one line."""

from __future__ import annotations

import base64
import io
import json
import os
import stat
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories as make_up
from tests.exchange.age_reader import opened
from tests.factories import T0, mornings, note
from unpinch.exchange import backup
from unpinch.exchange.backup import (
    FORMAT,
    PassphraseNeeded,
    WrongPassphrase,
    pack,
    read_backup,
    seal,
    unpack,
    write_backup,
)
from unpinch.exchange.files import UNFINISHED, FileError, write_whole
from unpinch.journal import Journal

OLD = Path(__file__).parent / "old"
SECRET = "correct horse battery"
JOURNAL = mornings([5, 4, 4]).append(note("n1", "the-words-of-a-person"))


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def parts(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return {name: file.read(name) for name in file.namelist()}


def changed(**fields: object) -> bytes:
    """Return a copy whose manifest says something else."""
    told = parts(pack(JOURNAL, T0))
    manifest = {**json.loads(told["manifest.json"]), **fields}
    return zipped({**told, "manifest.json": json.dumps(manifest).encode()})


@settings(max_examples=40)
@given(make_up.journals())
def test_every_journal_comes_back_out_of_a_copy(journal: Journal) -> None:
    copy = unpack(pack(journal, T0))
    assert copy.journal == journal
    assert copy.manifest is not None
    assert (copy.manifest.made, copy.manifest.entries) == (T0, len(journal))
    assert pack(journal, T0) == pack(journal, T0)


def test_a_locked_copy_is_opened_by_the_published_format_alone() -> None:
    """What is inside is a ZIP with a manifest and the lines of an export."""
    long = Journal(note(f"n{number}", os.urandom(1200).hex()) for number in range(60))
    sealed = pyrage.passphrase.encrypt(pack(long, T0), SECRET)
    assert sealed.startswith(b"age-encryption.org/v1\n-> scrypt ")
    inside = parts(opened(sealed, SECRET))
    assert inside["journal.jsonl"] == long.to_jsonl().encode()
    assert json.loads(inside["manifest.json"])["format"] == FORMAT
    assert len(sealed) > 70_000, "more than one chunk of the format"


def test_a_locked_copy_shows_nothing_without_its_passphrase(tmp_path: Path) -> None:
    out = tmp_path / "copy.age"
    write_backup(JOURNAL, out, SECRET, T0)
    raw = out.read_bytes()
    assert b"the-words" not in raw
    assert b"manifest" not in raw
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert read_backup(out, SECRET).journal == JOURNAL
    with pytest.raises(PassphraseNeeded, match=f"{out}: it is locked with a passphrase"):
        read_backup(out)
    with pytest.raises(WrongPassphrase, match=f"{out}: this passphrase does not open it"):
        read_backup(out, SECRET + "!")
    with pytest.raises(FileError, match="damaged or cut off"):
        unpack(raw[:-40], SECRET)
    with pytest.raises(FileError, match="is already there"):
        write_backup(JOURNAL, out, SECRET, T0)
    write_backup(Journal(), out, SECRET, T0, replace=True)
    assert read_backup(out, SECRET).journal == Journal()


class Busy:
    """Stands in for age on a machine that is busy at times."""

    DecryptError = pyrage.DecryptError

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, refusals: int, works: tuple[int, ...] = (18,)
    ) -> None:
        self.refusals = refusals
        self.works = list(works)
        self.passphrase = self
        monkeypatch.setattr(backup, "pyrage", self)
        monkeypatch.setattr(time, "sleep", lambda _: None)

    def decrypt(self, raw: bytes, passphrase: str) -> bytes:
        self.refusals -= 1
        if self.refusals >= 0:
            raise pyrage.DecryptError(
                "Excessive work parameter for passphrase.\nDecryption would take around 32 seconds."
            )
        return pack(JOURNAL, T0)

    def encrypt(self, content: bytes, passphrase: str) -> bytes:
        return b"age-encryption.org/v1\n-> scrypt salt %d\n" % self.works.pop(0)


SEALED = b"age-encryption.org/v1\n-> scrypt salt 19\n"


def test_a_moment_in_which_the_machine_is_busy_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    Busy(monkeypatch, refusals=6)
    assert unpack(SEALED, SECRET).journal == JOURNAL


@pytest.mark.parametrize(("raw", "left"), [(SEALED, 9980), (SEALED.replace(b"19", b"40"), 9999)])
def test_a_machine_that_is_too_slow_says_so(monkeypatch: pytest.MonkeyPatch, raw: bytes, left: int) -> None:
    busy = Busy(monkeypatch, refusals=10_000)
    with pytest.raises(FileError, match="too slow or too busy to open it; try again"):
        unpack(raw, SECRET)
    assert busy.refusals == left


def test_a_lock_that_came_out_weak_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Busy(monkeypatch, 0, works=(12, 14, 18, 30))
    assert seal(b"x", SECRET).endswith(b" 18\n")
    Busy(monkeypatch, 0, works=(10, *(9,) * 30))
    assert seal(b"x", SECRET).endswith(b" 10\n")


def test_an_armored_file_of_another_program_opens_too() -> None:
    armored = pyrage.passphrase.encrypt(JOURNAL.to_jsonl().encode(), SECRET, armored=True)
    assert unpack(armored, SECRET) == (None, JOURNAL)


def test_a_copy_that_cannot_be_read_again_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "unpack", lambda *_: backup.Copy(None, Journal()))
    monkeypatch.setattr(backup, "seal", lambda content, _: content)
    with pytest.raises(FileError, match="could not be read again"):
        write_backup(JOURNAL, tmp_path / "x.age", SECRET, T0)
    assert list(tmp_path.iterdir()) == []


def broken() -> Iterator[tuple[str, bytes, str]]:
    whole = pack(JOURNAL, T0)
    told = parts(whole)
    yield "cut", whole[: len(whole) // 2], "damaged or cut off"
    yield "flipped", whole[:60] + bytes([whole[60] ^ 255]) + whole[61:], "damaged"
    yield "newer", changed(format=FORMAT + 1), "a newer Unpinch made it"
    yield "no manifest", zipped({"journal.jsonl": told["journal.jsonl"]}), "no copy of a journal"
    yield "other zip", zipped({"holiday.jpg": b"x"}), "no copy of a journal"
    yield "no json", zipped({**told, "manifest.json": b"{"}), "manifest.json: "
    yield (
        "changed",
        zipped({**told, "journal.jsonl": told["journal.jsonl"].replace(b":5", b":6")}),
        "not what",
    )
    yield "count", changed(entries=3), "damaged: 4 entries where 3 were written"
    yield "lines", b'{"id":1}\n', "line 1: "
    yield "picture", b"\x89PNG\r\n\x1a\n", "line 1: "
    yield "tampered", changed(sha256="0" * 64), "journal.jsonl is not what was written"


@pytest.mark.parametrize(
    ("raw", "why"), [(raw, why) for _, raw, why in broken()], ids=[one[0] for one in broken()]
)
def test_what_is_no_sound_copy_is_refused_in_one_line(tmp_path: Path, raw: bytes, why: str) -> None:
    path = tmp_path / "copy"
    path.write_bytes(raw)
    with pytest.raises(FileError) as caught:
        read_backup(path)
    assert why in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert len(str(caught.value).splitlines()) == 1


@settings(max_examples=150)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_no_damage_brings_a_false_entry(place: int, content: bytes) -> None:
    whole = pack(JOURNAL, T0)
    place %= len(whole)
    raw = whole[:place] + content + whole[place + len(content) :]
    told: object
    try:
        told = unpack(raw).journal
    except FileError as error:
        told = str(error)
    assert told == JOURNAL or (isinstance(told, str) and len(told.splitlines()) == 1)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_MOST", 100)
    with pytest.raises(FileError, match="too large to be a copy of a journal"):
        unpack(pack(JOURNAL, T0))


def test_copies_of_the_first_form_are_read_forever() -> None:
    """These files were written by version 0.1 and are never made anew."""
    lines = (OLD / "journal-1.jsonl").read_bytes()
    right = Journal.from_jsonl(lines)
    assert len(right) > 20
    assert unpack(lines).journal == right
    zip_1 = base64.b64decode((OLD / "copy-1.zip.b64").read_bytes())
    assert unpack(zip_1).journal == right
    assert parts(zip_1)["journal.jsonl"] == lines
    age_1 = base64.b64decode((OLD / "copy-1.age.b64").read_bytes())
    assert unpack(age_1, "an old passphrase").journal == right


# --- files that are whole or not there -----------------------------------------------------------


def test_a_file_is_never_written_over_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_whole(b"one", path)
    with pytest.raises(FileError, match="x: is already there"):
        write_whole(b"two", path)
    assert path.read_bytes() == b"one"
    write_whole(b"two", path, replace=True)
    assert path.read_bytes() == b"two"
    with pytest.raises(FileError, match="is already there"):
        write_whole(b"three", tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("replace", [True, False])
@pytest.mark.parametrize("step", ["fsync", "link", "replace"])
def test_what_fails_half_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, replace: bool
) -> None:
    path = tmp_path / "x"
    if replace:
        path.write_bytes(b"old")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path if step == "replace" else os, step, fails)
    told = None
    try:
        write_whole(b"new", path, replace=replace)
    except FileError as error:
        told = str(error)
    monkeypatch.undo()
    if told is None:
        assert path.read_bytes() == b"new", "no step of this way failed"
    else:
        assert told == f"{path}: No space left on device"
        assert (path.read_bytes() if replace else path.exists()) == (b"old" if replace else False)
    assert [one for one in tmp_path.iterdir() if one.name.startswith(UNFINISHED)] == []


def test_a_disk_without_second_names_is_written_to_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fails)
    write_whole(b"new", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"new"
    with pytest.raises(FileError, match="is already there"):
        write_whole(b"newer", tmp_path / "x")


def test_sealing_twice_gives_different_bytes() -> None:
    assert seal(b"x", SECRET) != seal(b"x", SECRET)


def said_of(raw: bytes) -> str:
    """Return what is said of a copy that cannot be read; nothing of one that can."""
    try:
        unpack(raw)
    except FileError as error:
        return str(error)
    return ""


def test_what_is_said_of_a_damaged_copy_quotes_nothing_of_it() -> None:
    raw = pack(JOURNAL, T0)
    put = [raw[:place] + b"\xff" + raw[place + 1 :] for place in range(len(raw))]
    more = [raw[:place] + b"\0\0\0" + raw[place:] for place in range(len(raw))]
    told = [said for said in map(said_of, (*put, *more)) if said]
    assert len(told) > len(raw)
    assert max(map(len, told)) < 200
    assert not [said for said in told if "\\x" in said]

"""Kill backups, restores and rotations at random moments, and see that nothing is lost.

``python -m tools.survive --rounds 1000`` runs that many rounds. In each, a child process copies,
restores or rotates a journal that was kept in one of the forms of any version so far, and is killed
(SIGKILL) at a random step or after a random time. Then the journal and every copy must be whole: as
before, or as afterwards, never something between. What the child had reported as done must be there.

It needs a system with `fork`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from unpinch.exchange.backup import pack, read_backup, seal, write_backup
from unpinch.exchange.files import FileError
from unpinch.journal import Journal, encode, make
from unpinch.journal.kinds import Note
from unpinch.knowledge import load
from unpinch.stores import Copies, Keeper, SqliteStore, examine
from unpinch.trials.demo import demo

ROOT: Final = Path(__file__).resolve().parent.parent
OLD: Final = sorted((ROOT / "tests" / "stores" / "old").glob("tables-*.sql"))
"""Databases as earlier versions wrote them; one is added with each new version of the tables."""

START: Final = dt.datetime(2025, 6, 2, 8, tzinfo=dt.timezone(dt.timedelta(hours=2)))
PASSPHRASE: Final = "killed half way"
STEPS: Final = frozenset(
    "open os.rename os.remove os.link os.mkdir os.listdir os.scandir sqlite3.connect".split()
)
"""What a child does to files, as Python's audit events name it; fsync is counted as well."""


class Lost(Exception):
    """Something is gone, or is neither as before nor as afterwards."""


class Round(NamedTuple):
    """One round: its number, its own chance, its folder."""

    number: int
    chance: random.Random
    folder: Path

    @property
    def path(self) -> Path:
        """The journal."""
        return self.folder / "journal.db"


# --- journals in every form -------------------------------------------------------------------------


@cache
def life(seed: int) -> Journal:
    """Return the journal of a made-up person."""
    return demo(START, random.Random(seed), days=4)


def notes(count: int, prefix: str) -> Journal:
    """Return many notes, so that writing them takes a while."""
    return Journal(make(f"{prefix}-{n}", START, Note(text=f"note {n} " * 20)) for n in range(count))


def older_spelling(journal: Journal) -> list[tuple[str, bytes]]:
    """Return the same entries as another version might have written them: spaces, another order."""
    spelled = []
    for entry in journal:
        fields = json.loads(encode(entry))
        turned = {key: fields[key] for key in reversed(list(fields))}
        spelled.append((entry.id, json.dumps(turned, ensure_ascii=False).encode()))
    return spelled


def now_form(path: Path, journal: Journal) -> Journal:
    """Keep a journal as this version does."""
    with closing(SqliteStore(path)) as store:
        store.merge(journal)
    return journal


def spelled_form(path: Path, journal: Journal) -> Journal:
    """Keep a journal whose rows are spelled in another way."""
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.executemany(
            "INSERT INTO entry (person, id, at, recorded, kind, raw, crc) VALUES ('me', ?, '', '', '', ?, ?)",
            [(name, raw, zlib.crc32(raw)) for name, raw in older_spelling(journal)],
        )
        database.commit()
    return journal


def old_form(script: Path) -> Callable[[Path, Journal], Journal]:
    """Return what lays down a database of an earlier version, with a journal added by this one."""

    def form(path: Path, journal: Journal) -> Journal:
        with closing(sqlite3.connect(path)) as database:
            database.executescript(script.read_text(encoding="utf-8"))
        path.chmod(0o600)
        with closing(SqliteStore(path)) as store:
            store.merge(journal)
            return store.journal()

    return form


FORMS: Final[dict[str, Callable[[Path, Journal], Journal]]] = {
    "this version": now_form,
    "other spelling": spelled_form,
    **{script.stem.replace("-", " "): old_form(script) for script in OLD},
}


@cache
def sealed(seed: int) -> bytes:
    """Return a locked copy; locking takes a second by design, so a few serve all rounds."""
    return seal(pack(life(seed), START), PASSPHRASE)


# --- killing --------------------------------------------------------------------------------------


def killed(
    one: Round, work: Callable[[Callable[[str], None]], None], *, steps: int, most_s: float
) -> tuple[bool, list[str]]:
    """Run work in a child and kill it; return whether that was half-way, and what it had reported.

    The child dies at a step of its own with files, or by its parent's hand after some time. Time
    counts from the first report, which says that all is ready. What SQLite does has no steps here.
    """
    step = one.chance.randint(1, steps) if steps and one.chance.random() < 0.6 else 0
    wait_s = one.chance.uniform(0, most_s)
    ear, mouth = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(ear)
        status = 1
        try:
            work(_reporter(mouth, step))
            status = 0
        except BaseException as error:
            os.write(mouth, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(status)
    os.close(mouth)
    with os.fdopen(ear, "rb") as told:
        said = [told.readline().decode().strip()]
        if not step:
            time.sleep(wait_s)
            os.kill(child, signal.SIGKILL)
        said += [line.decode().strip() for line in told.readlines() if line.endswith(b"\n")]
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise Lost(f"the child failed before it was killed ({said[-1]})")
    return os.WIFSIGNALED(status), [line for line in said if line]


def _reporter(mouth: int, step: int) -> Callable[[str], None]:
    left = step
    counting = False

    def count() -> None:
        nonlocal left
        if counting and step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, _: object) -> None:
        if event in STEPS:
            count()

    usual = os.fsync

    def fsync(fd: Any) -> None:
        count()
        usual(fd)

    def report(words: str) -> None:
        nonlocal counting
        os.write(mouth, f"{words}\n".encode())
        counting = True

    sys.addaudithook(hook)
    os.fsync = fsync  # the child's own
    return report


# --- the three things -------------------------------------------------------------------------------


def backup(one: Round, form: str) -> bool:
    """Write a copy over an older one, or where none was."""
    before = FORMS[form](one.path, life(one.chance.randrange(6)))
    out = one.folder / "copy.age"
    older = sealed(one.chance.randrange(3)) if one.chance.random() < 0.7 else None
    if older is not None:
        out.write_bytes(older)

    def work(report: Callable[[str], None]) -> None:
        with closing(SqliteStore(one.path)) as store:
            report("ready")
            write_backup(store.journal(), out, PASSPHRASE, START, replace=True)
            report("done")

    half, said = killed(one, work, steps=7, most_s=3.0)
    if older is not None and not out.exists():
        raise Lost("the older copy is gone and no new one is there")
    if out.exists() and out.read_bytes() != older:
        if read_backup(out, PASSPHRASE).journal != before:
            raise Lost("the copy is not the journal")
    elif "done" in said:
        raise Lost("the copy was reported and is not there")
    intact(one, before, before)
    return half


def restore(one: Round, form: str) -> bool:
    """Bring a copy into a journal that shares some entries with it."""
    seed = one.chance.randrange(3)
    shared = Journal(entry for entry in life(seed) if one.chance.random() < 0.5)
    before = FORMS[form](one.path, shared.merge(notes(one.chance.randrange(50), "here")))
    kind = one.chance.choice(["age", "zip", "lines", "spelled"])
    copied, file = life(seed), one.folder / "copy"
    if kind == "age":
        file.write_bytes(sealed(seed))
    else:
        copied = copied.merge(notes(one.chance.randrange(1500), "there"))
        spelled = b"\n".join(raw for _, raw in older_spelling(copied))
        file.write_bytes(
            {"zip": pack(copied, START), "lines": copied.to_jsonl().encode(), "spelled": spelled}[kind]
        )
    after = before.merge(copied)

    def work(report: Callable[[str], None]) -> None:
        journal = read_backup(file, PASSPHRASE).journal
        with closing(SqliteStore(one.path)) as store:
            report("ready")
            store.merge(journal)
            report("done")

    half, said = killed(one, work, steps=0, most_s=0.06)
    intact(one, after if "done" in said else before, after)
    work(lambda _: None)
    intact(one, after, after)
    return half


def rotation(one: Round, form: str) -> bool:
    """Let weeks go by in which a copy is made each day and older ones go."""
    few = replace(load().keeping, daily=2, weekly=1, monthly=2)
    before = FORMS[form](one.path, life(one.chance.randrange(6)))
    foreign = notes(3, "lost")
    with closing(SqliteStore(one.path)) as store:
        copies = Copies(store.copies_folder)
    copies.make(foreign, START - dt.timedelta(days=900))
    first = one.chance.randrange(100)

    def work(report: Callable[[str], None]) -> None:
        with closing(SqliteStore(one.path)) as store:
            clock = START
            keeper = Keeper(store, few, lambda: clock)
            report("ready")
            for day in range(first, first + 12):
                clock = START + dt.timedelta(days=day * 3)
                store.append(make(f"day-{day}", clock, Note(text=f"of day {day}")))
                keeper.tend()
                if keeper.trouble:
                    raise Lost(keeper.trouble)
                report(f"day-{day}")

    half, said = killed(one, work, steps=120, most_s=0.6)
    with closing(SqliteStore(one.path)) as store:
        there = store.journal()
    copied = Journal()
    for kept in copies.kept():
        copied = copied.merge(read_backup(kept.path).journal)
    reported = set(said) - {"ready"}
    if not all(entry in there for entry in before) or not reported <= {entry.id for entry in there}:
        raise Lost("entries of the journal are gone")
    if not reported <= {entry.id for entry in copied} or not all(entry in copied for entry in foreign):
        raise Lost("entries that were copied are in no copy")
    with closing(SqliteStore(one.path)) as store:
        keeper = Keeper(store, few, lambda: START + dt.timedelta(days=2000))
        keeper.tend()
        if keeper.trouble or read_backup(keeper.copies.kept()[0].path).journal != there:
            raise Lost("no new copy can be made")
    return half


def intact(one: Round, least: Journal, most: Journal) -> None:
    """Make sure that the journal is one of two, and sound."""
    with closing(SqliteStore(one.path)) as store:
        there = store.journal()
    if there not in (least, most):
        raise Lost(f"the journal is something between: {len(least)}, {len(there)}, {len(most)}")
    report = examine(one.path)
    if not report.ok:
        raise Lost("; ".join(report.problems))


WORK: Final = {"backup": backup, "restore": restore, "rotation": rotation}


def play(number: int, seed: int) -> tuple[str, str, bool]:
    """Play one round; return what was done, in which form, and whether it was killed half-way.

    Raises
    ------
    Lost
        When something is lost.
    """
    chance = random.Random(f"{seed}-{number}")
    name, form = chance.choice(list(WORK)), chance.choice(list(FORMS))
    with tempfile.TemporaryDirectory(prefix="unpinch-survive-") as folder:
        one = Round(number, chance, Path(folder))
        try:
            return name, form, WORK[name](one, form)
        except (Lost, FileError) as error:
            kept = ROOT / "build" / "survive" / str(number)
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(folder, kept)
            raise Lost(f"round {number}, seed {seed}, {name}, {form}: {error}; kept in {kept}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the rounds; return 1 when something was lost."""
    parser = argparse.ArgumentParser(
        prog="tools.survive", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100, help="how many (100)")
    parser.add_argument("--seed", type=int, default=1, help="another number, other rounds (1)")
    options = parser.parse_args(arguments)
    if not hasattr(os, "fork"):
        parser.error("needs a system with fork")
    done: Counter[str] = Counter()
    half: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(options.rounds):
        try:
            name, form, was_half = play(number, options.seed)
        except Lost as lost:
            print(f"LOST: {lost}", file=sys.stderr)
            return 1
        done[name] += 1
        half[name] += was_half
        forms[form] += 1
        if (number + 1) % 50 == 0:
            print(f"{number + 1} rounds, nothing lost", flush=True)
    for name in WORK:
        print(f"{name:<10} {done[name]:>5} rounds, {half[name]:>5} killed before they ended")
    print(f"journals kept by: {', '.join(f'{form} {forms[form]}' for form in FORMS)}")
    print(f"{options.rounds} rounds in {time.monotonic() - began:.0f} s: nothing lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())

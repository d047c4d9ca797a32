"""Programs die at any moment, and several write at once: what was acknowledged is there."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.factories import note
from unpinch.stores import SqliteStore, examine
from unpinch.stores.rescue import rescue

ROUNDS: Final = 5
WANTED: Final = 1000

WRITER: Final = """
import datetime as dt, sys
from unpinch.journal import make
from unpinch.journal.kinds import Note
from unpinch.stores import SqliteStore
when = dt.datetime.fromisoformat("2025-06-02T08:00:00+02:00")
store = SqliteStore(sys.argv[1])
prefix, start, count = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
for number in range(start, start + count):
    text = f"text of {number} " * (number % 40)
    store.append(make(f"{prefix}{number}", when, Note(text=text)))
    print(number, flush=True)
"""


def writer(path: Path, prefix: str, start: int, count: int) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", WRITER, str(path), prefix, str(start), str(count)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        verdict: str = database.execute("PRAGMA integrity_check").fetchone()[0]
    return verdict


def test_what_was_acknowledged_outlives_being_killed(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    path = tmp_path / "journal.db"
    acknowledged: set[int] = set()
    start = 0
    for turn in range(ROUNDS):
        last = turn == ROUNDS - 1
        share = (WANTED - len(acknowledged)) // (ROUNDS - turn) if not last else WANTED - len(acknowledged)
        child = writer(path, "k", start, 10_000)
        assert child.stdout is not None
        wait = max(1, share + (0 if last else chance.randint(-20, 20)))
        for _ in range(wait):
            acknowledged.add(int(child.stdout.readline()))
        # It goes on writing while the signal is on its way.
        child.kill()
        acknowledged.update(int(line) for line in child.stdout if line.endswith("\n"))
        child.wait()
        child.stdout.close()
        with closing(SqliteStore(path)) as store:
            there = {int(entry.id[1:]) for entry in store.journal()}
            assert acknowledged <= there, f"lost with seed {seed}"
            # At most the one entry that was under way may be there unacknowledged.
            assert len(there - acknowledged) <= turn + 1
        assert integrity(path) == "ok"
        start = max(there) + 1
    assert len(acknowledged) >= WANTED
    assert examine(path).ok


def test_two_programs_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    both = [writer(path, prefix, 0, 300) for prefix in "ab"]
    for child in both:
        out, _ = child.communicate()
        assert child.returncode == 0
        assert len(out.splitlines()) == 300
    with closing(SqliteStore(path)) as store:
        assert len(store.journal()) == 600
        assert note("a7", "text of 7 " * 7) in store.journal()
    assert examine(path).ok


def test_looking_at_a_store_that_is_open_costs_no_lock(tmp_path: Path) -> None:
    """A process that closes a file loses its locks on it; another would then delete the log in use."""
    path = tmp_path / "journal.db"
    with closing(SqliteStore(path)) as store:
        store.append(note("mine-1"))
        assert store.check().ok
        SqliteStore(path).close()
        assert len(rescue(path, "me")) == 1
        assert writer(path, "other-a", 0, 1).communicate()[0] == "0\n"
        store.append(note("mine-2"))
        assert writer(path, "other-b", 0, 1).communicate()[0] == "0\n"
        assert len(store.journal()) == 4
    with closing(SqliteStore(path)) as store:
        assert {entry.id for entry in store.journal()} == {"mine-1", "mine-2", "other-a0", "other-b0"}

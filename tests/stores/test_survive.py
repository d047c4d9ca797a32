"""A sample of `python -m tools.survive`, and that it would notice."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.survive import OLD
from unpinch.stores.tables import SCHEMA

ROOT = Path(__file__).resolve().parents[2]

CARELESS = """
import sys
from pathlib import Path
from tools import survive
from unpinch.exchange import backup
from unpinch.stores import copies, sqlite
from unpinch.journal import Journal

def in_place(content, place, *, replace=False):
    with open(place, "wb", buffering=0) as file:
        for start in range(0, len(content), 200):
            file.write(content[start : start + 200])
            sys.audit("os.rename", "a", "b", -1, -1)  # a step, as the tool counts them

def one_by_one(self, journal):
    for entry in journal.entries:
        self._write((entry,))

def thin(self, journal, keeping):
    for one in self.kept()[1:]:
        one.path.unlink()

fault = sys.argv[1]
if fault == "backup":
    backup.write_whole = in_place
elif fault == "restore":
    sqlite.SqliteStore.merge = one_by_one
else:
    copies.Copies.thin = thin
survive.WORK = {fault: survive.WORK[fault]}
sys.exit(survive.main(["--rounds", "25"]))
"""


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *args], cwd=ROOT, capture_output=True, text=True, check=False)


def test_killed_half_way_nothing_is_lost() -> None:
    done = run("-m", "tools.survive", "--rounds", "18", "--seed", "7")
    assert (done.returncode, done.stderr) == (0, "")
    told = {
        name: (int(rounds), int(half))
        for name, rounds, half in re.findall(
            r"^(\w+) +(\d+) rounds, +(\d+) killed", done.stdout, re.MULTILINE
        )
    }
    assert sum(rounds for rounds, _ in told.values()) == 18
    assert all(rounds > 0 for rounds, _ in told.values())
    assert sum(half for _, half in told.values()) > 0
    assert done.stdout.splitlines()[-1].endswith(": nothing lost")


@pytest.mark.parametrize("fault", ["backup", "restore", "rotation"])
def test_careless_work_is_noticed(fault: str) -> None:
    """A copy written in place, a restore entry by entry, a rotation that keeps the newest alone."""
    done = run("-c", CARELESS, fault)
    assert done.returncode == 1, done.stdout
    assert re.match(rf"LOST: round \d+, seed 1, {fault}, ", done.stderr)


def test_every_version_of_the_tables_has_a_database_that_it_wrote() -> None:
    assert [path.name for path in OLD] == [f"tables-{version}.sql" for version in range(1, SCHEMA + 1)]

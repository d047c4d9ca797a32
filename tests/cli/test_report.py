"""``unpinch report``: each form to a file or to standard output, and one line when it cannot be."""

from __future__ import annotations

import datetime as dt
import io
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.exchange.papers import flat, sizes
from tests.web import people
from unpinch import cli
from unpinch.exchange.forms import FORMS
from unpinch.stores import SqliteStore

WHEN = people.NOW.isoformat()

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command in a data folder of its own; return status, output and errors."""
    monkeypatch.setenv("UNPINCH_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("UNPINCH_DEBUG", raising=False)

    def command(*args: object, stdin: bytes = b"") -> tuple[int, bytes, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = cli.run(["report", *(str(arg) for arg in args)])
        told = capfdbinary.readouterr()
        return status, told.out, told.err.decode()

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    path.write_text(people.emergency().to_jsonl(), encoding="utf-8")
    return path


def test_both_forms_at_once_to_files_for_ones_own_eyes(run: Run, file: Path, tmp_path: Path) -> None:
    pdf, sheet = tmp_path / "report.pdf", tmp_path / "sheet.pdf"
    status, out, err = run("--pdf", pdf, "--sheet", sheet, "--journal", file, "--at", WHEN)
    assert (status, err) == (0, "")
    assert out.decode().splitlines() == [f"{sheet}: written", f"{pdf}: written"]
    for path, words in ((pdf, "Report for a clinician"), (sheet, "Get help at once")):
        assert words in flat(path.read_bytes())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("form", FORMS)
def test_each_form_goes_to_standard_output_and_nothing_else_does(
    run: Run, file: Path, tmp_path: Path, form: str
) -> None:
    other = next(name for name in FORMS if name != form)
    place = tmp_path / "other"
    status, out, err = run(f"--{form}", "-", f"--{other}", place, "--journal", file, "--at", WHEN)
    assert status == 0
    again = run(f"--{form}", "-", "--journal", file, "--at", WHEN)[1]
    # How far the dates for research are moved is drawn anew each time.
    assert out == again or (form == "research" and out[:2] == again[:2] == b"PK")
    assert err == f"{place}: written\n"


def test_a_journal_comes_from_standard_input_or_from_the_database(
    run: Run, tmp_path: Path, file: Path
) -> None:
    store = SqliteStore(tmp_path / "j.db")
    store.merge(people.emergency())
    store.close()
    expected = run("--pdf", "-", "--journal", file, "--at", WHEN)[1]
    assert run("--pdf", "-", "--journal", "-", "--at", WHEN, stdin=file.read_bytes())[1] == expected
    assert run("--pdf", "-", "--database", tmp_path / "j.db", "--at", WHEN)[1] == expected


def test_paper_is_the_countrys_unless_another_is_named(run: Run, file: Path) -> None:
    assert sizes(run("--sheet", "-", "--journal", file, "--at", WHEN)[1]) == [(595, 842)]
    assert sizes(run("--sheet", "-", "--paper", "letter", "--journal", file, "--at", WHEN)[1]) == [(612, 792)]
    there = people.emergency().to_jsonl().replace('"country":"GB"', '"country":"US"').encode()
    made = run("--sheet", "-", "--journal", "-", "--at", WHEN, stdin=there)[1]
    assert sizes(made) == [(612, 792)]
    assert "Call 911" in flat(made)


def test_intimate_answers_are_in_it_only_when_asked_for(run: Run, file: Path) -> None:
    args = ("--pdf", "-", "--journal", file, "--at", WHEN)
    assert "Bladder" not in flat(run(*args)[1])
    assert "Bladder" in flat(run(*args, "--include-intimate")[1])


def test_another_time_gives_another_report(run: Run, file: Path) -> None:
    later = (people.NOW + dt.timedelta(days=1)).isoformat()
    assert "Made on 23 Nov 2026" in flat(run("--pdf", "-", "--journal", file, "--at", later)[1])


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "name a form and where to: --sheet OUT, --pdf OUT"),
        (("--pdf", "-", "--sheet", "-"), "only one form can go to standard output"),
        (("--pdf", "-", "--journal", "x", "--database", "y"), "name one"),
        (("--pdf", "-"), "there is no journal yet"),
        (("--pdf", "-", "--journal", "/nowhere/at/all"), "/nowhere/at/all"),
        (("--pdf", "-", "--journal", "{file}", "--at", "noon"), "--at noon"),
        (("--pdf", "-", "--paper", "a5"), "a5"),
        (("--pdf", "/nowhere/at/all.pdf", "--journal", "{file}"), "/nowhere/at/all.pdf"),
        (("--pdf", "{file}", "--journal", "{file}"), "is already there; --force writes over it"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, file: Path, args: tuple[str, ...], words: str) -> None:
    status, out, err = run(*(arg.format(file=file) for arg in args))
    assert (status, out) == (2, b"")
    assert err.startswith("unpinch: ")
    assert len(err.splitlines()) == 1
    assert words in err


def test_force_writes_over(run: Run, file: Path, tmp_path: Path) -> None:
    place = tmp_path / "x.pdf"
    place.write_bytes(b"old")
    assert run("--pdf", place, "--journal", file, "--force", "--at", WHEN)[0] == 0
    assert place.read_bytes().startswith(b"%PDF")


def test_missing_typefaces_are_one_line(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNPINCH_ASSETS", str(tmp_path))
    status, out, err = run("--pdf", "-", "--journal", file)
    assert (status, out) == (2, b"")
    assert err.endswith("is missing; run `make setup`\n")

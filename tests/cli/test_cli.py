"""The commands: what they print, how they refuse, and that none of it is a traceback."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import uvicorn

from tests.factories import T0, Diary, at, mornings, note
from unpinch import Decision, Journal, __version__, cli, decide
from unpinch.cli_parts import Refused
from unpinch.journal.kinds import Pain, Screen
from unpinch.knowledge import load
from unpinch.stores import SqliteStore

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
WHEN = T0.isoformat()

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    path.write_text(mornings([5, 4, 4]).to_jsonl())
    return path


def refused(answer: tuple[int, bytes, str]) -> str:
    """Make sure that a command was refused in one line, and return that line."""
    status, out, err = answer
    assert (status, out) == (2, b"")
    assert err.startswith("unpinch: ")
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1
    return err.removeprefix("unpinch: ").rstrip("\n")


# --- the whole ----------------------------------------------------------------------------------


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"unpinch {__version__}\n".encode(), "")


@pytest.mark.parametrize("args", [["nonsense"], ["decide"], ["decide", "--att", "x"], ["journal", "eat"]])
def test_what_is_no_command_is_one_line(run: Run, args: list[str]) -> None:
    assert refused(run(*args))


def test_a_fault_of_the_program_is_one_line_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("out of\norder")

    monkeypatch.setattr("unpinch.cli._read", breaks)
    status, out, err = run("decide", "-")
    assert (status, out) == (70, b"")
    told = (
        "unpinch: a fault of the program itself (RuntimeError: out of order); UNPINCH_DEBUG=1 shows where\n"
    )
    assert err == told
    monkeypatch.setenv("UNPINCH_DEBUG", "1")
    with pytest.raises(RuntimeError, match="out of"):
        cli.run(["decide", "-"])


def test_breaking_off_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("unpinch.cli._read", interrupted)
    status, out, err = run("decide", "-")
    assert (status, out, err.strip()) == (130, b"", "")


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text(Journal(note(f"n{number}", "x" * 3000) for number in range(300)).to_jsonl())
    store = SqliteStore(tmp_path / "j.db")
    store.merge(Journal.from_jsonl(path.read_text()))
    store.close()
    argv = [sys.executable, "-m", "unpinch", "journal", "export", "--database", str(tmp_path / "j.db")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.read(10)
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 0


# --- decide -------------------------------------------------------------------------------------


def test_decide_prints_the_decision_as_canonical_json(run: Run, file: Path) -> None:
    status, out, err = run("decide", file, "--at", WHEN)
    assert (status, err) == (0, "")
    right = decide(Journal.from_jsonl(file.read_text()), T0)
    assert out == right.to_json() + b"\n"
    assert Decision.from_json(out) == right
    assert run("decide", "-", "--at", WHEN, stdin=file.read_bytes()) == (0, out, "")


def test_decide_takes_the_time_of_the_clock(run: Run) -> None:
    before = dt.datetime.now(dt.UTC)
    status, out, _ = run("decide", "-")
    assert status == 0
    now = dt.datetime.fromisoformat(json.loads(out)["now"])
    assert before <= now <= dt.datetime.now(dt.UTC)
    assert now.utcoffset() == before.astimezone().utcoffset()


def test_an_empty_journal_is_a_refusal_and_no_error(run: Run) -> None:
    status, out, err = run("decide", "-", "--at", WHEN)
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert told["session"] is None
    assert told["refusal"]["name"] == "ScreenMissing"


def graver() -> Iterator[tuple[str, str, str, str]]:
    """Yield every answer of the screen that alone forbids exercise."""
    for question in load().screening.questions:
        for option in question.options:
            if option.tier in {"E", "U", "R"}:
                yield question.id, option.id, option.tier, question.answer


@pytest.mark.parametrize("tier", ["E", "U", "R"])
def test_no_plan_is_printed_when_the_answers_forbid_it(run: Run, tier: str) -> None:
    tried = 0
    for question, option, graveness, kind in list(graver()):
        if graveness != tier or tried == 5:
            continue
        tried += 1
        diary = Diary()
        answer: Any = (option,) if kind == "several" else option
        diary.write(Screen(question=question, answer=answer, occasion="full", version="1"))
        diary.write(Pain(when="now", leg_nprs=2))
        status, out, err = run("decide", "-", "--at", WHEN, stdin=diary.journal.to_jsonl().encode())
        told = json.loads(out)
        assert (status, err, told["session"]) == (0, "", None)
        if tier in {"E", "U"}:
            assert told["refusal"]["name"] == {"E": "EmergencySigns", "U": "UrgentSigns"}[tier]
            assert told["clearance"]["tier"] == tier
    assert tried == 5


def test_decide_names_the_line_and_the_reason(run: Run, file: Path) -> None:
    lines = file.read_text().splitlines()
    lines[2] = lines[2].replace('"leg_nprs":4', '"leg_nprs":11')
    file.write_text("\n".join(lines))
    told = refused(run("decide", file, "--at", WHEN))
    assert told == f"{file}: line 3: entry m00003: pain: leg_nprs: must be at most 10 (was 11)"
    told = refused(run("decide", "-", stdin=b"{}\n{"))
    assert told == "standard input: line 1: entry: kind: is missing"


def test_decide_of_a_file_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    assert refused(run("decide", tmp_path / "no.jsonl")).endswith("no.jsonl: No such file or directory")
    assert refused(run("decide", tmp_path)).endswith("Is a directory")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("yesterday", "must be a time, such as 2025-01-31T08:00:00+01:00"),
        ("2025-01-31T08:00:00", "must have a UTC offset, as in 2025-01-31T08:00:00+01:00"),
        ("0001-01-01T00:00:00+14:00", "must lie in the years 1970 to 2199"),
        ("9999-12-31T23:59:59-14:00", "must lie in the years 1970 to 2199"),
    ],
)
def test_a_time_that_is_none(run: Run, file: Path, text: str, reason: str) -> None:
    assert refused(run("decide", file, "--at", text)) == f"--at {text}: {reason}"


# --- exercises ----------------------------------------------------------------------------------


def test_exercises_lists_them_all(run: Run) -> None:
    status, out, _ = run("exercises")
    assert status == 0
    assert [line.split()[0] for line in out.decode().splitlines()] == list(load().exercises)


def test_exercises_as_json_keep_back_what_nobody_has_checked(run: Run) -> None:
    status, out, _ = run("exercises", "--json")
    told = json.loads(out)
    assert (status, told["version"], told["knowledge"]) == (0, 1, load().version)
    assert [exercise["id"] for exercise in told["exercises"]] == list(load().exercises)
    tags = {figure["tag"] for exercise in told["exercises"] for figure in exercise["emg"]}
    assert tags <= {"V", "D", "X"}


# --- journal ------------------------------------------------------------------------------------


def test_a_journal_goes_in_and_comes_out_whole(run: Run, file: Path, tmp_path: Path) -> None:
    assert run("journal", "import", file) == (0, b"3 entries new, 0 already there\n", "")
    assert run("journal", "import", "-", stdin=file.read_bytes())[1] == b"0 entries new, 3 already there\n"
    assert run("journal", "export") == (0, file.read_bytes(), "")
    out = tmp_path / "out.jsonl"
    assert run("journal", "export", out) == (0, f"{out}: 3 entries written\n".encode(), "")
    assert out.read_bytes() == file.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert (tmp_path / "data" / "journal.db").is_file()


def test_export_writes_over_nothing_unless_told(run: Run, file: Path) -> None:
    run("journal", "import", file)
    file.write_text("precious")
    assert refused(run("journal", "export", file)) == f"{file}: is already there; --force writes over it"
    assert file.read_text() == "precious"
    assert run("journal", "export", file, "--force")[0] == 0
    assert len(Journal.from_jsonl(file.read_text())) == 3


def test_export_to_where_nothing_can_be_written(run: Run, file: Path, tmp_path: Path) -> None:
    run("journal", "import", file)
    told = refused(run("journal", "export", tmp_path / "no" / "out.jsonl"))
    assert told.endswith("out.jsonl: No such file or directory")
    assert list(tmp_path.glob(".*")) == []


def test_export_of_no_journal_makes_none(run: Run, tmp_path: Path) -> None:
    assert refused(run("journal", "export")).endswith("journal.db: there is no journal yet")
    assert not (tmp_path / "data").exists()


def test_import_is_all_or_nothing(run: Run, file: Path) -> None:
    run("journal", "import", file)
    other = file.read_text().replace('"leg_nprs":5', '"leg_nprs":9')
    extra = Journal([note("new")]).to_jsonl()
    told = refused(run("journal", "import", "-", stdin=(extra + other).encode()))
    assert told == "entry m00001: another entry with this id is already there"
    told = refused(run("journal", "import", "-", stdin=(extra + "{").encode()))
    assert told == "standard input: line 2: entry: is not JSON: it ends too early"
    assert run("journal", "export")[1] == file.read_bytes()


def test_files_as_windows_writes_them(run: Run, file: Path) -> None:
    text = file.read_text().replace("\n", "\r\n")
    for encoding in ("utf-8-sig", "utf-16"):
        status, out, err = run("journal", "import", "-", stdin=text.encode(encoding))
        assert (status, err) == (0, "")
    assert out == b"0 entries new, 3 already there\n"


def test_database_names_another_journal(run: Run, file: Path, tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/other.db"
    run("journal", "import", file, "--database", place)
    assert run("journal", "export", "--database", tmp_path / "other.db")[1] == file.read_bytes()
    assert refused(run("journal", "export")).endswith("there is no journal yet")
    assert "only sqlite" in refused(run("journal", "import", file, "--database", "mysql://u:secret@h/d"))
    assert run("journal", "import", file, "--database", "memory:")[1] == b"3 entries new, 0 already there\n"


def test_check_of_what_is_well(run: Run, file: Path) -> None:
    run("journal", "import", file)
    status, out, _ = run("journal", "check")
    told = out.decode().splitlines()
    assert status == 0
    assert told[1] == "its log is empty"
    assert told[2].startswith("no automatic copies in ")
    assert told[3:] == ["nothing is wrong"]
    assert told[0].endswith("journal.db: 3 entries, 3 of them count, 2025-06-02 to 2025-06-04")
    status, out, _ = run("journal", "check", file, "--json")
    told = json.loads(out)
    assert (status, told["version"], told["ok"], told["entries"], told["problems"]) == (0, 1, True, 3, [])
    assert run("journal", "check", "--database", "memory:")[0] == 0


def test_check_names_every_bad_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    one, two = Journal([note("a")]).to_jsonl(), Journal([note("a", "other")]).to_jsonl()
    path.write_text(one + "{\n\n" + two)
    status, out, _ = run("journal", "check", path)
    assert status == 1
    assert out.decode().splitlines() == [
        f"{path}: 1 entry, 1 of them count, 2025-06-02 to 2025-06-02",
        "problem: line 2: entry: is not JSON: it ends too early",
        "problem: line 4: entry a: two different entries have this id",
        "2 wrong",
    ]
    status, out, _ = run("journal", "check", path, "--json")
    assert (status, json.loads(out)["ok"]) == (1, False)


def test_a_damaged_journal_is_told_and_rescued(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "data" / "journal.db"
    with closing(SqliteStore(path)) as store:
        store.append(*(note(f"n{number}", "words " * 30, at(number)) for number in range(100)))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 4096] = b"\xa5" * 4096
    path.write_bytes(raw)
    for command in (["journal", "export"], ["journal", "import", "-"], ["serve"]):
        assert "damaged" in refused(run(*command))
    for args in (["journal", "check"], ["journal", "check", path]):
        status, out, _ = run(*args)
        assert status == 1
        assert "problem: " in out.decode()
    status, out, _ = run("journal", "export", "--rescue")
    assert status == 0
    assert 50 < len(Journal.from_jsonl(out)) < 100
    assert path.read_bytes() == raw


def test_a_newer_journal_is_left_alone(run: Run, file: Path, tmp_path: Path) -> None:
    run("journal", "import", file)
    path = tmp_path / "data" / "journal.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    for command in (["journal", "export"], ["journal", "check"], ["serve"]):
        assert "newer Unpinch" in refused(run(*command))
    assert path.read_bytes() == before


# --- demo ---------------------------------------------------------------------------------------


def test_demo_prints_a_journal(run: Run) -> None:
    status, out, err = run("demo", "--days", 3, "--at", WHEN)
    assert (status, err) == (0, "")
    journal = Journal.from_jsonl(out)
    assert journal.to_jsonl().encode() == out
    assert journal.entries[-1].at <= T0
    assert run("demo", "--days", 3, "--at", WHEN)[1] == out
    assert run("demo", "--days", 3, "--at", WHEN, "--seed", 2)[1] != out


# --- serve --------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "127.0.0.2", "192.168.1.7", "example.org", ""])
def test_only_this_machine_is_served(run: Run, host: str) -> None:
    assert refused(run("serve", "--host", host)).startswith(f"--host {host}: only this machine itself")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_this_machine_has_several_names(run: Run, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(cli, "_listen", lambda *_: refuse_to_listen())
    assert refused(run("serve", "--host", host)) == "nobody listens in this test"


def refuse_to_listen() -> socket.socket:
    raise Refused("nobody listens in this test")


def test_a_port_that_is_taken(run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refused(run("serve", "--port", port)) == f"port {port} of 127.0.0.1: Address already in use"


class Served:
    """Stands in for the server, and keeps what it was told."""

    sockets: list[socket.socket]
    app: Any

    def __init__(self, config: uvicorn.Config) -> None:
        Served.app = config.app
        assert config.access_log is False

    def run(self, sockets: list[socket.socket]) -> None:
        Served.sockets = [one.dup() for one in sockets]


@pytest.mark.parametrize(("args", "opens"), [([], True), (["serve"], False), (["serve", "--open"], True)])
def test_the_browser_opens_where_the_app_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, args: list[str], opens: bool
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(uvicorn, "Server", Served)
    monkeypatch.setattr("webbrowser.open", opened.append)
    status, out, err = run(*args)
    assert (status, err) == (0, "")
    with Served.sockets[0] as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert out.decode() == f"Unpinch is open at {address} (Ctrl+C closes it)\n"
    assert opened == ([address] if opens else [])
    assert (tmp_path / "data" / "journal.db").is_file()


def test_the_usual_port_gives_way_when_it_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn, "Server", Served)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(cli, "PORT", other.getsockname()[1])
        assert run("serve")[0] == 0
        with Served.sockets[0] as listener:
            assert listener.getsockname()[1] not in {0, other.getsockname()[1]}


def test_the_app_answers_and_closes_with_ctrl_c(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "unpinch", "serve", "--port", "0", "--database", str(tmp_path / "j.db")]
    usual = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=usual
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        try:
            address = urlsplit(child.stdout.readline().split()[4])
            with closing(http.client.HTTPConnection(address.netloc, timeout=120)) as link:
                link.request("GET", "/")
                assert link.getresponse().status in {200, 303}
        finally:
            child.send_signal(signal.SIGINT)
            errors = child.stderr.read()
    assert (child.returncode, errors) == (0, "")


# --- the page on the commands -------------------------------------------------------------------


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, group
    for part in group.commands.values():
        if isinstance(part, click.Group):
            yield from commands(part, f"{name} {part.name}")
        else:
            yield f"{name} {part.name}", part


COMMANDS = dict(commands(cli.unpinch, "unpinch"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_on_the_page(name: str) -> None:
    headings = {line.strip("# `") for line in PAGE.splitlines() if line.startswith("#")}
    assert name in headings, f"docs/cli.md has no heading for `{name}`"
    section = PAGE.split(f" `{name}`\n", 1)[1].split("\n#", 1)[0]
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option) and option.name != "version":
            for flag in (*option.opts, *option.secondary_opts):
                assert f"`{flag}`" in section, f"docs/cli.md: `{name}` has no word on {flag}"
        elif isinstance(option, click.Argument):
            assert (option.metavar or str(option.name)).upper() in section.upper()
    assert COMMANDS[name].help


def test_the_page_names_no_command_that_is_not_there() -> None:
    named = {line.strip("# `") for line in PAGE.splitlines() if line.startswith("#") and "`" in line}
    assert named == set(COMMANDS)

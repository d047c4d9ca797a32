"""The commands that copy, restore, check and delete a journal."""

from __future__ import annotations

import getpass
import json
import stat
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import pytest
import uvicorn

from tests.factories import T0, mornings, note
from unpinch.exchange.backup import pack, read_backup, seal
from unpinch.journal import Journal
from unpinch.stores import Copies, SqliteStore, copies_folder

Run = Callable[..., tuple[int, bytes, str]]

PHRASE = "four words in a row"
MARKER = "the-words-of-a-person"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(PHRASE + "\nand a second line\n", encoding="utf-8")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "journal.db"
    with closing(SqliteStore(path)) as store:
        store.merge(mornings([5, 4, 4]).append(note("n1", MARKER)))
    return path


class Terminal:
    """Stands in for a terminal at which someone types."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, typed: Iterable[str]) -> None:
        self.typed = list(typed)
        self.asked: list[str] = []
        monkeypatch.setattr(getpass, "getpass", self.ask)
        monkeypatch.setattr("unpinch.commands.journal.sys", self)
        monkeypatch.setattr("click.termui.visible_prompt_func", self.ask)

    stdin = property(lambda self: self)

    def isatty(self) -> bool:
        return True

    def ask(self, prompt: str = "") -> str:
        self.asked.append(prompt)
        return self.typed.pop(0)


def refused(answer: tuple[int, bytes, str]) -> str:
    status, _, err = answer
    assert status == 2
    assert err.startswith("unpinch: ")
    assert len(err.splitlines()) == 1
    return err.removeprefix("unpinch: ").rstrip("\n")


# --- backup and restore -------------------------------------------------------------------------------


def test_a_journal_is_backed_up_and_comes_back_on_another_machine(
    run: Run, database: Path, secret: Path, tmp_path: Path
) -> None:
    out = tmp_path / "copy.age"
    status, told, err = run("journal", "backup", out, "--passphrase-file", secret)
    assert (status, err) == (0, "")
    assert told.decode() == f"{out}: 4 entries written, locked with your passphrase\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert MARKER.encode() not in out.read_bytes()
    assert len(read_backup(out, PHRASE).journal) == 4
    other = tmp_path / "other.db"
    args = ("journal", "restore", out, "--passphrase-file", secret, "--database", other)
    assert run(*args) == (0, b"4 entries new, 0 already there\n", "")
    assert run(*args) == (0, b"0 entries new, 4 already there\n", "")
    assert run("journal", "export", "--database", other)[1] == run("journal", "export")[1]


def test_the_passphrase_is_asked_for_and_never_an_argument(
    run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "copy.age"
    terminal = Terminal(monkeypatch, [PHRASE, PHRASE])
    status, _, err = run("journal", "backup", out)
    assert status == 0
    assert "Nobody can open it without the passphrase" in err
    assert terminal.asked == ["New passphrase: ", "Once more: "]
    terminal = Terminal(monkeypatch, [PHRASE])
    assert run("journal", "restore", out)[1] == b"0 entries new, 4 already there\n"
    assert terminal.asked == [f"Passphrase of {out}: "]
    assert "--passphrase " not in str(run("journal", "backup", "--help"))


def test_two_different_passphrases_save_nothing(
    run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Terminal(monkeypatch, [PHRASE, PHRASE + "x"])
    status, _, err = run("journal", "backup", tmp_path / "copy.age")
    assert status == 2
    assert "not the same" in err
    assert not (tmp_path / "copy.age").exists()


def test_without_a_terminal_nobody_waits(run: Run, database: Path, tmp_path: Path) -> None:
    sealed = tmp_path / "copy.age"
    sealed.write_bytes(seal(pack(mornings([1]), T0), PHRASE))
    told = refused(run("journal", "restore", sealed))
    assert told == "there is no terminal to ask for the passphrase; use --passphrase-file"
    assert run("journal", "backup", tmp_path / "new.age")[0] == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "its first line is empty"),
        (b"\nx", "its first line is empty"),
        (b"\xff\xfe\xff", "is no text in UTF-8"),
        (b"short", "must have 10 letters or more"),
    ],
)
def test_a_passphrase_file_that_will_not_do(
    run: Run, database: Path, tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    assert why in refused(run("journal", "backup", tmp_path / "c.age", "--passphrase-file", path))
    assert not (tmp_path / "c.age").exists()
    missing = refused(run("journal", "backup", tmp_path / "c.age", "--passphrase-file", tmp_path / "no"))
    assert missing.endswith("no: No such file or directory")


def test_backup_writes_over_nothing_unless_told(
    run: Run, database: Path, secret: Path, tmp_path: Path
) -> None:
    out = tmp_path / "copy.age"
    out.write_text("precious")
    args = ("journal", "backup", out, "--passphrase-file", secret)
    assert refused(run(*args)) == f"{out}: is already there; --force writes over it"
    assert out.read_text() == "precious"
    assert run(*args, "--force")[0] == 0
    assert len(read_backup(out, PHRASE).journal) == 4
    assert "No such file" in refused(
        run("journal", "backup", tmp_path / "no" / "c.age", "--passphrase-file", secret)
    )


def test_backup_of_no_journal_makes_none(run: Run, secret: Path, tmp_path: Path) -> None:
    told = refused(run("journal", "backup", tmp_path / "c.age", "--passphrase-file", secret))
    assert told.endswith("there is no journal yet")
    assert not (tmp_path / "data").exists()


def test_a_conflict_is_named_and_changes_nothing(run: Run, database: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.zip"
    path.write_bytes(pack(Journal([note("n1", "another"), note("n2")]), T0))
    before = run("journal", "export")[1]
    told = refused(run("journal", "restore", path))
    assert told == "entry n1: another entry with this id is already there"
    assert run("journal", "export")[1] == before


def test_what_is_no_copy_is_refused(run: Run, database: Path, secret: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.age"
    path.write_bytes(seal(pack(mornings([1]), T0), "another passphrase"))
    told = refused(run("journal", "restore", path, "--passphrase-file", secret))
    assert told == f"{path}: this passphrase does not open it"
    path.write_bytes(b"PK\x03\x04 not really")
    assert "damaged or cut off" in refused(run("journal", "restore", path))
    assert "No such file" in refused(run("journal", "restore", tmp_path / "no"))


def test_a_damaged_journal_gives_way_to_its_copy(run: Run, database: Path, tmp_path: Path) -> None:
    with closing(SqliteStore(database)) as store:
        copy = Copies(store.copies_folder).make(store.journal(), T0)
    assert copy is not None
    raw = database.read_bytes()
    database.write_bytes(bytes(4096) + raw[4096:])
    told = refused(run("journal", "restore", copy.path))
    assert "damaged" in told
    assert told.endswith("move that file to another place, and restore again")
    database.rename(tmp_path / "damaged.db")
    assert run("journal", "restore", copy.path)[1] == b"4 entries new, 0 already there\n"


# --- check --------------------------------------------------------------------------------------------


def test_check_says_what_it_looked_at(run: Run, database: Path) -> None:
    with closing(SqliteStore(database)) as store:
        copies = Copies(store.copies_folder)
        store.append(note("n2"))
        copies.make(store.journal(), T0)
        status, out, _ = run("journal", "check")
        assert status == 0
        assert "its log holds " in out.decode()
        assert (
            f"1 automatic copy in {copies.folder}, the newest of 2025-06-02, up to 5 entries" in out.decode()
        )
    copy = copies.kept()[0].path
    copy.write_bytes(copy.read_bytes()[:-9])
    status, out, _ = run("journal", "check", "--json")
    told = json.loads(out)
    assert (status, told["ok"]) == (1, False)
    assert str(copy) in told["problems"][0]
    assert len(told["notes"]) == 2


def test_check_reads_copies(run: Run, tmp_path: Path, secret: Path) -> None:
    path = tmp_path / "copy.age"
    path.write_bytes(seal(pack(mornings([1, 2]), T0), PHRASE))
    status, out, _ = run("journal", "check", path, "--passphrase-file", secret)
    assert status == 0
    assert out.decode().splitlines() == [
        f"{path}: 2 entries, 2 of them count, 2025-06-02 to 2025-06-03",
        "a copy made on 2025-06-02 by version 0.1.0",
        "nothing is wrong",
    ]
    path.write_bytes(path.read_bytes()[:-9])
    status, out, _ = run("journal", "check", path, "--passphrase-file", secret)
    assert status == 1
    assert "problem: " in out.decode()
    lines = tmp_path / "lines.age"
    lines.write_bytes(seal(mornings([1]).to_jsonl().encode(), PHRASE))
    assert run("journal", "check", lines, "--passphrase-file", secret)[0] == 0


# --- delete ---------------------------------------------------------------------------------------------


def test_deleting_asks_for_the_word(run: Run, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("", "yes", "Delete"):
        Terminal(monkeypatch, [typed])
        status, out, err = run("journal", "delete")
        assert (status, err) == (2, "unpinch: nothing was deleted\n")
    assert "unpinch journal backup OUT" in out.decode()
    assert "Copies that you put in another place" in out.decode()
    with closing(SqliteStore(database)) as store:
        assert len(store.journal()) == 4
    Terminal(monkeypatch, ["delete"])
    status, out, err = run("journal", "delete")
    assert (status, err) == (0, "")
    assert out.decode().endswith("everything is deleted\n")
    with closing(SqliteStore(database)) as store:
        assert store.journal() == Journal()


def holding(folder: Path) -> list[Path]:
    """Return the files of a folder that hold the words of the person."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if MARKER.encode() in file.read_bytes()]


def test_what_was_deleted_is_in_no_file_of_the_folder(run: Run, database: Path) -> None:
    folder = database.parent
    with closing(SqliteStore(database)) as store:
        copies = Copies(store.copies_folder)
        for day in range(4):
            store.append(note(f"d{day}", f"{MARKER} {day}"))
            copies.make(store.journal(), T0)
        (copies.folder / ".unpinch-half").write_bytes(MARKER.encode())
        found = [
            file for file in folder.rglob("*") if file.is_file() and MARKER.encode() in file.read_bytes()
        ]
        assert {file.name for file in found} >= {"journal.db-wal", ".unpinch-half"}
        status, out, _ = run("journal", "delete", "--yes")
        assert status == 0
        assert "All that you told Unpinch on this machine, 8 entries in all." in out.decode()
        assert "Copies that Unpinch made by itself: 4." in out.decode()
        left = {file.name for file in folder.rglob("*") if file.is_file()}
        assert left <= {"journal.db", "journal.db-wal", "journal.db-shm"}
        assert holding(folder) == []
    assert run("journal", "export")[1] == b""


def test_copies_of_a_journal_that_is_gone_are_deleted_too(run: Run, database: Path) -> None:
    with closing(SqliteStore(database)) as store:
        Copies(store.copies_folder).make(store.journal(), T0)
    database.unlink()
    assert run("journal", "delete", "--yes")[0] == 0
    assert Copies(copies_folder(database)).kept() == ()


def test_what_is_damaged_is_to_be_deleted_by_hand(run: Run, database: Path) -> None:
    database.write_bytes(bytes(8192))
    told = refused(run("journal", "delete", "--yes"))
    assert "damaged" in told
    assert told.endswith("to be rid of it, delete that file and its copies by hand")
    assert database.read_bytes() == bytes(8192)


def test_deleting_what_is_not_there(run: Run, tmp_path: Path) -> None:
    assert refused(run("journal", "delete", "--yes")).endswith("there is no journal yet")
    assert not (tmp_path / "data").exists()


# --- the app copies by itself -----------------------------------------------------------------------------


class Served:
    """Stands in for the server."""

    def __init__(self, config: uvicorn.Config) -> None:
        self.app = config.app

    def run(self, sockets: object) -> None:
        pass


def test_the_app_makes_copies_while_it_runs(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn, "Server", Served)
    status, _, err = run("serve", "--port", 0)
    assert (status, err) == (0, "")
    kept = Copies(copies_folder(database)).kept()
    assert len(kept) == 1
    assert len(read_backup(kept[0].path).journal) == 4
    assert run("serve", "--port", 0, "--database", "memory:")[0] == 0


def test_a_copy_that_could_not_be_made_is_told_at_the_end(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn, "Server", Served)
    copies_folder(database).write_text("in the way")
    status, _, err = run("serve", "--port", 0)
    assert status == 0
    assert err.startswith("unpinch: no copy could be made: ")

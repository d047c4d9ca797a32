"""A journal in a SQLite file: the default, for one person on one machine."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, insert, select
from sqlalchemy.exc import DBAPIError

from unpinch.journal import Entry, Journal, JournalConflict, decode
from unpinch.journal.entry import decode_canonical
from unpinch.stores.base import Report, StoreDamaged, StoreError, StoreTooNew
from unpinch.stores.copies import Copies, copies_folder
from unpinch.stores.feed import Feed
from unpinch.stores.rescue import BROKEN, beside, lenient, rescue
from unpinch.stores.tables import ENTRY, METADATA, SCHEMA, fault, row, sound
from unpinch.stores.wal import look_at_log

APPLICATION_ID: Final = 0x556E_7069  # "Unpi"
BUSY_S: Final = 20.0
"""Seconds to wait for another program that is writing."""

_CHUNK: Final = 500
_MAKING: Final = threading.Lock()  # nobody may connect to a new file before its maker has closed it

# Entries are only ever added. The third trigger is for "insert or replace", which deletes
# without asking the first.
_FIXED: Final = {
    "entry_stays": "BEFORE DELETE ON entry",
    "entry_is_fixed": "BEFORE UPDATE ON entry",
    "entry_is_new": "BEFORE INSERT ON entry WHEN EXISTS (SELECT 1 FROM entry WHERE seq = NEW.seq"
    " OR (person = NEW.person AND id = NEW.id))",
}
_TRIGGERS: Final = {
    name: f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'entries are only ever added'); END"
    for name, when in _FIXED.items()
}


@event.listens_for(ENTRY, "after_create")
def _guard(_table: object, link: Connection, **_: object) -> None:
    for trigger in _TRIGGERS.values() if link.dialect.name == "sqlite" else ():
        link.exec_driver_sql(trigger)


_REASONS: Final = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "it may not be written to",
    "SQLITE_CANTOPEN": "it cannot be opened; may this folder be written to?",
    "SQLITE_PERM": "it may not be opened",
    "SQLITE_BUSY": "another program is busy with it; try again",
    "SQLITE_LOCKED": "another program is busy with it; try again",
    "SQLITE_IOERR": "the disk could not be read or written",
    "SQLITE_NOMEM": "the memory is full",
}
_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class SqliteStore:
    """Keeps one person's journal in a SQLite file; see `unpinch.stores.base.Store`.

    Several threads and several processes may use one file at the same time.

    Parameters
    ----------
    path
        The file; it is made, with its folder, for this user's eyes alone.
    person
        Whose journal it is, for files that hold several.

    Raises
    ------
    StoreTooNew
        When a newer version of Unpinch wrote the file. It was not touched.
    StoreDamaged
        When the file is damaged or is no database; what could be read is with the error.
    StoreError
        When the file belongs to another program, or cannot be opened.
    """

    def __init__(self, path: Path | str, *, person: str = "me") -> None:
        self.path = Path(path).expanduser().absolute()
        self.person = person
        self._lock = threading.RLock()
        self._journal = Journal()
        self._seen: tuple[int | None, int | None] = (None, None)
        _prepare(self.path)
        with self._plainly():
            look(self.path, person)
            self._engine = _engine(self.path)
            self._build()

    def journal(self) -> Journal:
        """Return the journal as it is now; only rows that are new are read."""
        with self._lock, self._plainly(), self._engine.begin() as link:
            mine = ENTRY.c.person == self.person
            # Two questions: a database finds each end in its index, but walks it for both at once.
            ends = (select(end(ENTRY.c.seq)).where(mine).scalar_subquery() for end in (func.min, func.max))
            first, last = link.execute(select(*ends)).one()
            if (first, last) == self._seen:
                return self._journal
            known = self._journal if first == self._seen[0] else Journal()
            after = self._seen[1] if known else 0
            rows = link.execute(
                select(ENTRY.c.seq, ENTRY.c.id, ENTRY.c.raw, ENTRY.c.crc)
                .where(mine, ENTRY.c.seq > after)
                .order_by(ENTRY.c.seq)
            ).all()
            self._journal = known.append(*self._read([tuple(found) for found in rows]))
            self._seen = (first, last)
            return self._journal

    def append(self, *entries: Entry) -> None:
        """Add entries, all or none; they are on the disk once this returns."""
        self._write(entries)

    def merge(self, journal: Journal) -> int:
        """Add what is not yet there; return how many entries were new."""
        return self._write(journal.entries)

    @property
    def copies_folder(self) -> Path:
        """Where Unpinch keeps its own copies of this journal."""
        return copies_folder(self.path, self.person)

    @property
    def feed_path(self) -> Path:
        """Where the private address of this journal's calendar is kept."""
        return self.copies_folder.with_name(self.copies_folder.name.replace("-backups", "-calendar", 1))

    def delete_everything(self) -> None:
        """Delete the journal, overwrite its text in every file of the store, and delete its copies."""
        with self._lock, self._plainly():
            with self._writing() as link:
                link.exec_driver_sql("DROP TRIGGER entry_stays")
                link.execute(ENTRY.delete().where(ENTRY.c.person == self.person))
                link.exec_driver_sql(_TRIGGERS["entry_stays"])
            self._sweep()
            self._journal, self._seen = Journal(), (None, None)
        # Only now: a copy that another program makes meanwhile is found either here or by that one.
        Copies(self.copies_folder).delete_everything()
        with self._plainly():
            Feed(self.feed_path).forget()

    def check(self) -> Report:
        """Read everything and report what is wrong."""
        return examine(self.path, self.person)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _build(self) -> None:
        with self._engine.begin() as link:
            version = link.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version == SCHEMA:
            return
        with self._writing() as link:
            # Another process may have been quicker.
            if link.exec_driver_sql("PRAGMA user_version").scalar_one() == 0:
                METADATA.create_all(link)
                link.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                link.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")

    def _write(self, entries: Sequence[Entry]) -> int:
        rows = {fields["id"]: fields for fields in (row(self.person, entry) for entry in Journal(entries))}
        if not rows:
            return 0
        with self._lock, self._plainly(), self._writing() as link:
            for known_id, raw in self._known(link, list(rows)):
                if raw != rows[known_id]["raw"] and decode(raw) != decode(rows[known_id]["raw"]):
                    raise JournalConflict(f"entry {known_id}: another entry with this id is already there")
                del rows[known_id]
            if rows:
                link.execute(insert(ENTRY), list(rows.values()))
            return len(rows)

    def _known(self, link: Connection, ids: list[str]) -> list[tuple[str, bytes]]:
        known: list[tuple[str, bytes]] = []
        for start in range(0, len(ids), _CHUNK):
            some = ENTRY.c.id.in_(ids[start : start + _CHUNK])
            query = select(ENTRY.c.id, ENTRY.c.raw).where(ENTRY.c.person == self.person, some)
            known += [(found.id, found.raw) for found in link.execute(query)]
        return known

    def _read(self, rows: list[tuple[Any, ...]]) -> list[Entry]:
        if all(sound(entry_id, raw, crc) for _, entry_id, raw, crc in rows):
            entries = decode_canonical(b"".join(raw + b"\n" for _, _, raw, _ in rows))
            if entries is not None and [entry.id for entry in entries] == [found[1] for found in rows]:
                return entries
        faults = [words for found in rows if (words := fault(*found))]
        if faults:
            raise _damaged(self.path, faults[0], self.person)
        return [decode(raw) for _, _, raw, _ in rows]  # written in another form, and sound

    def _sweep(self) -> None:
        """Leave nothing behind of what was deleted: rebuild the file, empty the log."""
        with closing(self._engine.raw_connection()) as link:
            link.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
            busy = link.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]  # type: ignore[union-attr]
        if busy:
            raise StoreError(
                f"{self.path}: deleted, but another program still reads it, so that its text"
                " may stay on the disk; close that program and delete again"
            )

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect() as link:
            link = link.execution_options(unpinch_writes=True)
            with link.begin():
                yield link

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn the database's errors into one clear line."""
        try:
            yield
        except (DBAPIError, *BROKEN, OSError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if _is_damage(cause):
                raise _damaged(self.path, str(cause), self.person) from error
            raise StoreError(f"{self.path}: {_reason(cause)}") from error


def look(path: Path, person: str) -> None:
    """Make sure that a file is a sound store that this version may write to; change nothing.

    Raises
    ------
    StoreTooNew, StoreDamaged, StoreError
        As `SqliteStore` does.
    """
    # Only SQLite may open the file: were we to close it, this process would lose every lock that
    # its other connections hold, and with it what they write.
    if not path.stat().st_size:
        log = beside(path)[0]
        if log.is_file() and log.stat().st_size:
            raise _damaged(path, "it is empty, but its log is not", person)
        return
    with closing(_only_reading(path, "immutable=1")) as database:
        # Thus not even the log is opened, so that nothing at all is changed.
        try:
            _refuse_strangers(path, database)
        except sqlite3.DatabaseError as error:
            if _name(error) == "SQLITE_NOTADB":
                raise _damaged(path, "it is no database", person) from error
    with closing(_only_reading(path)) as database:
        _refuse_strangers(path, database)  # the log may know better
        # The quick check would not do: it overlooks an index that hides rows.
        faults = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if faults != "ok":
        raise _damaged(path, faults, person)


def examine(path: Path, person: str = "me") -> Report:
    """Read all of a store and report on it, also when it is damaged; change nothing."""
    copies = Copies(copies_folder(path.absolute(), person))
    if not path.is_file():
        hint = f", but copies of it are in {copies.folder}" if copies.kept() else ""
        raise StoreError(f"{path}: there is no such file{hint}")
    problems: list[str] = []
    rows: list[tuple[Any, ...]] = []
    try:
        look(path, person)
        with closing(_only_reading(path)) as database:
            if not database.execute("PRAGMA user_version").fetchone()[0]:
                return Report.of(Journal(), str(path))
            verdicts = [found for (found,) in database.execute("PRAGMA integrity_check")]
            problems += [verdict for verdict in verdicts if verdict != "ok"]
            triggers = {
                name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            }
            problems += [f"the guard {name} is gone" for name in _TRIGGERS if name not in triggers]
            rows = database.execute(
                "SELECT seq, id, raw, crc FROM entry WHERE person = ? ORDER BY seq", (person,)
            ).fetchall()
    except StoreDamaged as error:
        return _report_of_damage(path, error, copies)
    except (*BROKEN, OSError) as error:
        if not _is_damage(error):
            raise StoreError(f"{path}: {_reason(error)}") from error
        return _report_of_damage(path, _damaged(path, str(error), person), copies)
    faults = {found[0]: words for found in rows if (words := fault(*found))}
    problems += faults.values()
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        problems.append(f"other users of this machine may open it (mode {mode:o}, should be 600)")
    journal = Journal(decode(found[2]) for found in rows if found[0] not in faults)
    log, found = look_at_log(path), copies.examine(journal)
    problems += [log.problem] if log.problem else []
    return Report.of(journal, str(path), (*problems, *found.problems), (log.about, found.about))


def _report_of_damage(path: Path, error: StoreDamaged, copies: Copies) -> Report:
    found = copies.examine()
    return Report.of(error.rescued, str(path), (str(error), *found.problems), (found.about,))


def _prepare(path: Path) -> None:
    """Make the folder and an empty file, for this user's eyes alone."""
    try:
        with _MAKING:
            _make(path)
    except OSError as error:
        raise StoreError(f"{path}: {_reason(error)}") from error


def _make(path: Path) -> None:
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    with suppress(FileExistsError):
        # SQLite gives its other files the mode of this one.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # The driver leaves transactions to us: it would only begin one when it sees a change.
        connect_args={"timeout": BUSY_S, "isolation_level": None},
    )
    event.listen(engine, "connect", _tune)
    event.listen(engine, "begin", _begin)
    return engine


def _tune(link: sqlite3.Connection, _record: object) -> None:
    link.text_factory = lenient
    if link.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        link.execute("PRAGMA journal_mode = WAL")
    for pragma in ("synchronous = FULL", "fullfsync = ON", "secure_delete = ON", "trusted_schema = OFF"):
        link.execute(f"PRAGMA {pragma}")


def _begin(link: Connection) -> None:
    writes = link.get_execution_options().get("unpinch_writes")
    # A writer takes its place at once: one that began by reading could not go on to write.
    link.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _only_reading(path: Path, how: str = "mode=ro") -> sqlite3.Connection:
    link = sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, timeout=BUSY_S)
    link.text_factory = lenient
    return link


def _refuse_strangers(path: Path, database: sqlite3.Connection) -> None:
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    new = application == 0 and version == 0
    if application not in {0, APPLICATION_ID} or (application == 0 and version != 0):
        raise StoreError(f"{path}: another program's database; it was left as it is")
    if version > SCHEMA:
        raise StoreTooNew(
            f"{path}: written by a newer Unpinch (tables {version}, this one knows {SCHEMA});"
            " it was left as it is"
        )
    if new and database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise StoreError(f"{path}: another program's database; it was left as it is")


def _damaged(path: Path, why: str, person: str) -> StoreDamaged:
    rescued = rescue(path, person)
    line = " ".join(why.split())
    return StoreDamaged(
        f"{path}: damaged ({line}); it was left as it is, and {len(rescued)} entries could be read", rescued
    )


def _is_damage(error: object) -> bool:
    return isinstance(error, UnicodeDecodeError) or _name(error).startswith(_DAMAGE)


def _name(error: object) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def _reason(error: object) -> str:
    name = _name(error)
    for start, words in _REASONS.items():
        if name.startswith(start):
            return words
    return " ".join(str(getattr(error, "strerror", None) or error).split())

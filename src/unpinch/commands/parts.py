"""What the commands share: how one refuses, reads a journal, tells the time and gives its answer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from unpinch.journal import Journal

JSON_VERSION: Final = 1
"""Version of the answers of ``--json``; raised when a field changes its meaning."""

DATABASE: Final = click.option(
    "--database",
    metavar="URL",
    help="Where the journal is: sqlite:///PATH, a plain path, or memory:. Default: your own data folder.",
)


class Refused(click.ClickException):
    """A command cannot do what it was asked."""

    exit_code = 2


def moment(text: str | None) -> dt.datetime:
    """Return the time that an option names, or now."""
    from unpinch.journal.entry import YEARS

    if text is None:
        return dt.datetime.now().astimezone()
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"--at {text}: must be a time, such as 2025-01-31T08:00:00+01:00") from error
    if moment.utcoffset() is None:
        raise Refused(f"--at {text}: must have a UTC offset, as in 2025-01-31T08:00:00+01:00")
    if moment.year not in YEARS:
        raise Refused(f"--at {text}: must lie in the years {YEARS[0]} to {YEARS[-1]}")
    return moment


def read(place: str) -> Journal:
    """Return the journal in a file; ``-`` is the standard input."""
    from unpinch.exchange.jsonl import FileError, read

    try:
        return read(place)
    except FileError as error:
        raise Refused(str(error)) from error


def kept(database: str | None) -> Journal:
    """Return the journal that is kept on this machine."""
    from unpinch.stores import StoreError, open_store

    try:
        must_exist(database)
        store = open_store(database)
        try:
            return store.journal()
        finally:
            store.close()
    except StoreError as error:
        raise Refused(str(error)) from error


def give(raw: bytes, out: str, *, force: bool) -> bool:
    """Print, or write to a file; tell whether it was written."""
    from unpinch.exchange.files import FileError, write_whole

    if out == "-":
        click.echo(raw, nl=False)
        return False
    try:
        write_whole(raw, out, replace=force)
    except FileError as error:
        hint = "; --force writes over it" if Path(out).exists() and not force else ""
        raise Refused(f"{error}{hint}") from error
    return True


def must_exist(database: str | None) -> None:
    """Refuse a database that is not there yet."""
    from unpinch.stores.places import database_path

    path = database_path(database)
    if path is not None and not path.exists():
        raise Refused(f"{path}: there is no journal yet")


def is_database(file: str) -> bool:
    """Tell whether a file is a database."""
    try:
        with open(file, "rb") as opened:
            return opened.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def count(entries: int) -> str:
    """Return a number of entries in words."""
    return "1 entry" if entries == 1 else f"{entries} entries"


def print_json(answer: dict[str, Any]) -> None:
    """Print one object, with the version of the answers."""
    import msgspec

    click.echo(msgspec.json.encode({"version": JSON_VERSION, **answer}))

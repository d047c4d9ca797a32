"""What the modules of the command line share: how they refuse, and where a journal is."""

from __future__ import annotations

from typing import Any, Final

import click

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


def read(place: str) -> Any:
    """Return the journal in a file, or refuse in one line."""
    from unpinch.exchange import jsonl

    try:
        return jsonl.read(place)
    except jsonl.FileError as error:
        raise Refused(str(error)) from error


def must_exist(database: str | None) -> None:
    """Refuse unless there is a journal already."""
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

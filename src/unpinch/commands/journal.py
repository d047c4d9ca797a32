"""The commands ``unpinch journal ...``: out, in, copied, restored, checked, deleted."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from unpinch.commands.parts import DATABASE, Refused, count, give, is_database, kept, must_exist, print_json

if TYPE_CHECKING:
    from unpinch.journal import Journal

WORD: Final = "delete"
"""What has to be typed before everything is deleted."""

PASSPHRASE_FILE: Final = click.option(
    "--passphrase-file",
    metavar="FILE",
    help="Read the passphrase from the first line of FILE instead of asking for it.",
)


@click.group()
def journal() -> None:
    """Take your journal out, bring one in, copy, check or delete it."""


@journal.command("export")
@click.argument("out", required=False)
@DATABASE
@click.option("--force", is_flag=True, help="Write over OUT when it is already there.")
@click.option("--rescue", is_flag=True, help="Write what can still be read of a damaged journal.")
def export_(out: str | None, database: str | None, force: bool, rescue: bool) -> None:
    """Write your journal to OUT, or print it, one entry a line."""
    from unpinch.stores import StoreDamaged, StoreError, open_store

    try:
        must_exist(database)
        store = open_store(database)
        try:
            entries = store.journal()
        finally:
            store.close()
    except StoreDamaged as error:
        if not rescue:
            raise Refused(f"{error}; --rescue exports those") from error
        entries = error.rescued
    except StoreError as error:
        raise Refused(str(error)) from error
    if give(entries.to_jsonl().encode(), out or "-", force=force):
        click.echo(f"{out}: {count(len(entries))} written")


@journal.command("import")
@click.argument("file")
@DATABASE
def import_(file: str, database: str | None) -> None:
    """Add the entries of FILE to your journal; - reads standard input.

    FILE is an exported journal, or a health record (FHIR R4): one of Unpinch, or a plan that a
    clinician set.

    Entries that are already there are passed over, so the same file can come in twice.
    """
    from unpinch.exchange.files import FileError
    from unpinch.exchange.incoming import IncomingError, incoming
    from unpinch.exchange.jsonl import read_bytes
    from unpinch.journal import JournalError
    from unpinch.knowledge import load
    from unpinch.stores import StoreError, open_store

    try:
        found = incoming(read_bytes(file), load())
        store = open_store(database)
        try:
            new = store.merge(found.beside(store.journal()) if found.altered else found.journal)
        finally:
            store.close()
    except IncomingError as error:
        raise Refused(f"{'standard input' if file == '-' else file}: {error}") from error
    except (FileError, StoreError, JournalError) as error:
        raise Refused(str(error)) from error
    click.echo(f"{count(new)} new, {len(found.journal) - new} already there")


@journal.command()
@click.argument("out")
@DATABASE
@PASSPHRASE_FILE
@click.option("--force", is_flag=True, help="Write over OUT when it is already there.")
def backup(out: str, database: str | None, passphrase_file: str | None, force: bool) -> None:
    """Write all of your journal to OUT, one file that is locked with a passphrase.

    The passphrase is asked for twice. Nobody can open the file without it. The form is that of
    age, so any age program can open it.
    """
    from unpinch.exchange.backup import write_backup
    from unpinch.exchange.files import FileError

    entries = kept(database)
    if Path(out).exists() and not force:
        raise Refused(f"{out}: is already there; --force writes over it")
    passphrase = _new_passphrase(passphrase_file)
    try:
        write_backup(entries, out, passphrase, dt.datetime.now().astimezone(), replace=force)
    except FileError as error:
        raise Refused(str(error)) from error
    click.echo(f"{out}: {count(len(entries))} written, locked with your passphrase")


@journal.command()
@click.argument("file")
@DATABASE
@PASSPHRASE_FILE
def restore(file: str, database: str | None, passphrase_file: str | None) -> None:
    """Bring a backup back: add what it holds to your journal.

    FILE is a backup, one of the copies that Unpinch makes by itself, or an exported journal. What
    is in your journal stays. An entry that differs from one with the same id is refused, and then
    nothing is changed.
    """
    from unpinch.journal import JournalError
    from unpinch.stores import StoreDamaged, StoreError, open_store

    entries = _open_copy(file, passphrase_file)
    try:
        store = open_store(database)
        try:
            new = store.merge(entries)
        finally:
            store.close()
    except StoreDamaged as error:
        hint = "move that file to another place, and restore again"
        raise Refused(f"{error}; {hint}") from error
    except (StoreError, JournalError) as error:
        raise Refused(str(error)) from error
    click.echo(f"{count(new)} new, {len(entries) - new} already there")


@journal.command()
@DATABASE
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(database: str | None, yes: bool) -> None:
    """Delete all of your journal for good, with the copies that Unpinch made by itself.

    It asks for a word first. What it cannot reach, it names.
    """
    from unpinch.knowledge import load, say
    from unpinch.stores import StoreDamaged, StoreError, open_store
    from unpinch.stores.copies import Copies, copies_folder
    from unpinch.stores.places import database_path

    words = load().words
    path = database_path(database)
    copies = len(Copies(copies_folder(path)).kept()) if path else 0
    try:
        if not copies:
            must_exist(database)
        store = open_store(database)
    except StoreDamaged as error:
        raise Refused(f"{error}; to be rid of it, delete that file and its copies by hand") from error
    except StoreError as error:
        raise Refused(str(error)) from error
    try:
        click.echo("This goes for good:")
        click.echo(f"- {say(words, 'delete.goes.journal', entries=count(len(store.journal()))).text}")
        click.echo(f"- {say(words, 'delete.goes.copies', copies=copies).text}")
        click.echo("Unpinch cannot reach this:")
        for name in ("taken", "moved", "others", "disk"):
            click.echo(f"- {words[f'delete.stays.{name}']}")
        if not yes:
            click.echo(words["delete.first"] + " (unpinch journal backup OUT)")
            if click.prompt(f"Type {WORD} to go on", default="", show_default=False).strip() != WORD:
                raise Refused("nothing was deleted")
        store.delete_everything()
    except StoreError as error:
        raise Refused(str(error)) from error
    finally:
        store.close()
    click.echo("everything is deleted")


@journal.command()
@click.argument("file", required=False)
@DATABASE
@PASSPHRASE_FILE
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def check(file: str | None, database: str | None, passphrase_file: str | None, as_json: bool) -> int:
    """Read all of your journal, or of FILE, and say what is wrong.

    Of a journal that is the file, its log, and the copies that Unpinch made. FILE is an exported
    journal, a backup or a database; nothing is changed. Exit status 1 tells that something is wrong.
    """
    import msgspec

    from unpinch.exchange.backup import is_copy
    from unpinch.exchange.jsonl import FileError, read_bytes, read_what_is_sound
    from unpinch.journal import Journal
    from unpinch.stores import Report, StoreError, examine
    from unpinch.stores.places import database_path

    try:
        if file is None or is_database(file):
            path = database_path(file if file is not None else database)
            report = examine(path) if path else Report.of(Journal(), "memory")
        elif file != "-" and is_copy(read_bytes(file)):
            report = _report_of_copy(file, passphrase_file)
        else:
            entries, faults = read_what_is_sound(file)
            report = Report.of(entries, file, faults)
    except (FileError, StoreError) as error:
        raise Refused(str(error)) from error
    if as_json:
        print_json({"ok": report.ok, **msgspec.to_builtins(report)})
        return 0 if report.ok else 1
    span = (
        f", {report.first_at:%Y-%m-%d} to {report.last_at:%Y-%m-%d}"
        if report.first_at and report.last_at
        else ""
    )
    click.echo(f"{report.place}: {count(report.entries)}, {report.live} of them count{span}")
    for note in report.notes:
        click.echo(note)
    for problem in report.problems:
        click.echo(f"problem: {problem}")
    click.echo("nothing is wrong" if report.ok else f"{len(report.problems)} wrong")
    return 0 if report.ok else 1


# --- helpers ------------------------------------------------------------------------------------


def _report_of_copy(file: str, passphrase_file: str | None) -> Any:
    from unpinch.exchange.backup import read_backup
    from unpinch.exchange.files import FileError
    from unpinch.journal import Journal
    from unpinch.stores import Report

    try:
        copy = read_backup(file, _passphrase_for(file, passphrase_file))
    except FileError as error:
        return Report.of(Journal(), file, (str(error),))
    made = (
        f"a copy made on {copy.manifest.made:%Y-%m-%d} by version {copy.manifest.program}"
        if copy.manifest
        else ""
    )
    return Report.of(copy.journal, file, (), (made,) if made else ())


def _open_copy(file: str, passphrase_file: str | None) -> Journal:
    from unpinch.exchange.backup import read_backup
    from unpinch.exchange.files import FileError

    try:
        return read_backup(file, _passphrase_for(file, passphrase_file)).journal
    except FileError as error:
        raise Refused(str(error)) from error


def _passphrase_for(file: str, passphrase_file: str | None) -> str | None:
    """Return the passphrase of a file that is locked; None for one that is not."""
    from unpinch.exchange.backup import is_sealed
    from unpinch.exchange.jsonl import read_bytes

    if file == "-" or not is_sealed(read_bytes(file)):
        return None
    return _from_file(passphrase_file) if passphrase_file else _ask(f"Passphrase of {file}: ")


def _new_passphrase(passphrase_file: str | None) -> str:
    from unpinch.knowledge import load, say

    knowledge = load()
    least = knowledge.keeping.passphrase_min
    if passphrase_file:
        passphrase = _from_file(passphrase_file)
    else:
        click.echo(knowledge.words["backup.forget"], err=True)
        passphrase = _ask("New passphrase: ")
    if len(passphrase) < least:
        raise Refused(say(knowledge.words, "passphrase.short", least=least).text)
    if not passphrase_file and _ask("Once more: ") != passphrase:
        raise Refused(knowledge.words["passphrase.differ"])
    return passphrase


def _from_file(place: str) -> str:
    from unpinch.exchange.jsonl import FileError, read_bytes

    try:
        lines = read_bytes(place).decode("utf-8-sig").splitlines()
    except FileError as error:
        raise Refused(str(error)) from error
    except UnicodeDecodeError as error:
        raise Refused(f"{place}: is no text in UTF-8") from error
    if not lines or not lines[0]:
        raise Refused(f"{place}: its first line is empty")
    return lines[0]


def _ask(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise Refused("there is no terminal to ask for the passphrase; use --passphrase-file")
    return getpass.getpass(prompt)

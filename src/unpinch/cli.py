"""The command ``unpinch``: each command reads, asks the rooms below, and prints.

Whatever goes wrong is one line on standard error. Rooms are imported where they are used, so that
a small command starts quickly.
"""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from contextlib import suppress
from typing import Any, Final, NoReturn

import click

from unpinch import __version__
from unpinch.commands.journal import journal
from unpinch.commands.parts import DATABASE, Refused
from unpinch.commands.parts import moment as _moment
from unpinch.commands.parts import print_json as _print_json
from unpinch.commands.parts import read as _read
from unpinch.commands.report import report

PORT: Final = 8417
"""Port of the app when nothing else is asked for and nobody else has it."""

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
"""Names of this machine itself, under which pages answer."""

CRASHED: Final = 70
"""Exit status when the program itself is at fault (``EX_SOFTWARE``)."""


def main(args: list[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit status."""
    sys.exit(run(args))


def run(args: list[str] | None = None) -> int:
    """Run a command and return its exit status; errors become one line on standard error."""
    try:
        answer = unpinch.main(args, prog_name="unpinch", standalone_mode=False)
    except click.ClickException as error:
        return _complain(error.format_message(), error.exit_code)
    except click.exceptions.Abort:
        return 130
    except ReaderGone:
        # Whoever read has enough. What is still buffered must not fail at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("UNPINCH_DEBUG"):
            raise
        fault = f"{type(error).__name__}: {error}"
        return _complain(f"a fault of the program itself ({fault}); UNPINCH_DEBUG=1 shows where", CRASHED)
    return answer if isinstance(answer, int) else 0


class ReaderGone(Exception):
    """Whoever read what is printed has enough; click would call a broken pipe a failure."""


class Commands(click.Group):
    """Commands whose reader may leave before the end."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGone from error


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, message="unpinch %(version)s")
@click.pass_context
def unpinch(context: click.Context) -> None:
    """Safe, guided and honest trial and error for people with sciatic pain.

    Without a command it opens the app in your browser. Nothing leaves this machine.
    """
    if context.invoked_subcommand is None:
        _serve("127.0.0.1", None, None, browse=True)


@unpinch.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; only this machine's own."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"Port to listen on, 0 for any. Default: {PORT}, or any."
)
@DATABASE
@click.option("--open/--no-open", "browse", default=False, help="Open the browser as well.")
def serve(host: str, port: int | None, database: str | None, browse: bool) -> None:
    """Serve the app to the browsers of this machine."""
    _serve(host, port, database, browse=browse)


@unpinch.command()
@click.argument("journal", metavar="JOURNAL.jsonl")
@click.option("--at", metavar="ISO8601", help="The time to decide for, with its UTC offset. Default: now.")
def decide(journal: str, at: str | None) -> None:
    """Print the Decision for a journal as JSON; - reads standard input.

    A refusal is an answer like any other, with exit status 0. Input that cannot be read is exit
    status 2, with the line and the reason.
    """
    from unpinch.care import decide as conclude

    entries = _read(journal)
    decision = conclude(entries, _moment(at))
    click.echo(decision.to_json())


@unpinch.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything about them, as JSON.")
def exercises(as_json: bool) -> None:
    """List the exercises that Unpinch knows."""
    import msgspec

    from unpinch.knowledge import load
    from unpinch.knowledge.kinds import SHOWN_TAGS

    knowledge = load()
    if not as_json:
        for exercise in knowledge.exercises.values():
            click.echo(f"{exercise.id:<28} {exercise.family:<16} {exercise.name}")
        return
    known: list[dict[str, Any]] = msgspec.to_builtins(list(knowledge.exercises.values()))
    for fields in known:
        # A figure that nobody has checked is shown to nobody.
        fields["emg"] = [figure for figure in fields["emg"] if figure["tag"] in SHOWN_TAGS]
    _print_json({"knowledge": knowledge.version, "exercises": known})


@unpinch.command()
@click.option("--at", metavar="ISO8601", help="The time at which it ends, with its UTC offset. Default: now.")
@click.option("--days", type=click.IntRange(1, 365), default=60, show_default=True, help="How many days.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, another person.")
def demo(at: str | None, days: int, seed: int) -> None:
    """Print the journal of a made-up person, to try things out with."""
    import random

    from unpinch.trials.demo import demo as live

    click.echo(live(_moment(at), random.Random(seed), days=days).to_jsonl().encode(), nl=False)


unpinch.add_command(journal)
unpinch.add_command(report)

# --- helpers ------------------------------------------------------------------------------------


def _serve(host: str, port: int | None, database: str | None, *, browse: bool) -> None:
    import uvicorn

    from unpinch.knowledge import load
    from unpinch.stores import Keeper, SqliteStore, StoreError, open_store
    from unpinch.web.app import create_app
    from unpinch.web.visit import local_now

    if host not in LOOPBACK:
        raise Refused(
            f"--host {host}: only this machine itself (127.0.0.1) can be served;"
            " there is no way yet to pair another device safely"
        )
    listener = _listen(host, port)
    try:
        store = open_store(database)
    except StoreError as error:
        listener.close()
        raise Refused(str(error)) from error
    keeper = Keeper(store, load().keeping, local_now) if isinstance(store, SqliteStore) else None
    try:
        app = create_app(store, keeper=keeper)
        # What a person asks for is nobody's business: no access log.
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        named = f"[{host}]" if ":" in host else host
        address = f"http://{named}:{listener.getsockname()[1]}/"
        click.echo(f"Unpinch is open at {address} (Ctrl+C closes it)")
        if browse:
            webbrowser.open(address)
        if keeper is not None:
            keeper.start()
        with suppress(KeyboardInterrupt):  # the usual way to close it
            server.run(sockets=[listener])
    finally:
        listener.close()
        if keeper is not None:
            keeper.stop()
            if keeper.trouble:
                click.echo(f"unpinch: no copy could be made: {keeper.trouble}", err=True)
        store.close()


def _listen(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens already, so that a browser may come before the app is ready."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere this would let two programs share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for choice in (PORT, 0) if port is None else (port,):
        try:
            listener.bind((host, choice))
            listener.listen(128)
            return listener
        except OSError as error:
            reason = error.strerror or str(error)
    listener.close()
    raise Refused(f"port {choice} of {host}: {reason}")


def _complain(message: str, status: int) -> int:
    click.echo(f"unpinch: {' '.join(message.split())}", err=True)
    return status

"""The command ``unpinch report``: what a person takes out, in one form or several."""

from __future__ import annotations

from typing import Any

import click

from unpinch.commands.parts import DATABASE, Refused, give, kept, moment, read


class Report(click.Command):
    """A command with one option for each form in which a journal leaves."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options; the forms are looked up only now, so that other commands start quickly."""
        from unpinch.exchange.forms import FORMS

        forms: list[click.Parameter] = [
            click.Option([f"--{form.name}"], metavar="OUT", help=f"Write {form.about}; - prints it.")
            for form in FORMS.values()
        ]
        return [*forms, *super().get_params(ctx)]


@click.command(cls=Report)
@click.option(
    "--journal",
    "file",
    metavar="FILE",
    help="An exported journal; - reads standard input. Default: your own.",
)
@DATABASE
@click.option("--at", metavar="ISO8601", help="The time to report for, with its UTC offset. Default: now.")
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]), help="Size of the paper. Default: your country's."
)
@click.option("--include-intimate", is_flag=True, help="Put in the answers to intimate questions.")
@click.option("--force", is_flag=True, help="Write over OUT when it is already there.")
def report(
    file: str | None,
    database: str | None,
    at: str | None,
    paper: Any,
    include_intimate: bool,
    force: bool,
    **wanted: str | None,
) -> None:
    """Write what you show to somebody: a sheet for the fridge door, a report for a clinician.

    One form or several at once; the OUT of each is a file, or - for standard output.
    """
    from unpinch.exchange.files import FileError
    from unpinch.exchange.forms import FORMS
    from unpinch.exchange.paper import Asked, PaperError

    outs = {name: out for name, out in wanted.items() if out is not None}
    if not outs:
        raise Refused("name a form and where to: " + ", ".join(f"--{name} OUT" for name in FORMS))
    if list(outs.values()).count("-") > 1:
        raise Refused("only one form can go to standard output")
    if file is not None and database is not None:
        raise Refused("--journal and --database are two journals; name one")
    entries = read(file) if file is not None else kept(database)
    asked = Asked(entries, moment(at), paper=paper, intimate=include_intimate)
    for name, out in outs.items():
        try:
            made = FORMS[name].make(asked)
        except (PaperError, FileError) as error:
            raise Refused(str(error)) from error
        if give(made, out, force=force):
            # What is printed must be what was asked for, and nothing else.
            click.echo(f"{out}: written", err="-" in outs.values())

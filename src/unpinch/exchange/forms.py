"""The forms in which a person's journal leaves: one row each, for the command and the page alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from unpinch.exchange.paper.asked import Asked
from unpinch.exchange.paper.report import report
from unpinch.exchange.paper.sheet import sheet

PDF: Final = "application/pdf"


class Form(NamedTuple):
    """One form: ``name`` is its option and its address, ``make`` gives its bytes."""

    name: str
    about: str  # of the option
    file: str  # usual name of its file; {day} is the day of its making
    media: str
    make: Callable[[Asked], bytes]

    def file_name(self, asked: Asked) -> str:
        """Return the usual name of the file, which names nobody."""
        return self.file.format(day=asked.now.date().isoformat())


FORMS: Final[dict[str, Form]] = {
    form.name: form
    for form in (
        Form(
            "sheet",
            "the exercises for the fridge door, as PDF",
            "unpinch-sheet-{day}.pdf",
            "application/pdf",
            sheet,
        ),
        Form(
            "pdf", "the report for a clinician, as PDF", "unpinch-report-{day}.pdf", "application/pdf", report
        ),
    )
}
"""Every form by its name."""

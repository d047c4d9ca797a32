"""The forms in which a person's journal leaves: one row each, for the command and the page alike.

What makes a form is looked up when somebody asks for it, so that the app starts quickly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from unpinch.exchange.paper.asked import Asked
from unpinch.exchange.paper.report import report
from unpinch.exchange.paper.sheet import sheet

PDF: Final = "application/pdf"
FHIR: Final = "application/fhir+json"
ZIP: Final = "application/zip"


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


def fhir(asked: Asked) -> bytes:
    """Return the journal as a document of FHIR R4; intimate answers only where they are asked for."""
    from unpinch.exchange.fhir import export

    leave_out = frozenset[str]() if asked.intimate else None
    found = export(asked.journal, asked.now, asked.knowledge, leave_out=leave_out, decision=asked.decision)
    return found.to_json()


def ics(asked: Asked) -> bytes:
    """Return what is to come as a calendar, in the time zone of this machine."""
    from unpinch.exchange.calendar import calendar
    from unpinch.exchange.zone import local_zone

    return calendar(asked.journal, asked.decision, asked.knowledge, local_zone())


def csv(asked: Asked) -> bytes:
    """Return all of the journal as CSV tables."""
    from unpinch.exchange.data import csv_package

    return csv_package(asked.journal, asked.knowledge, asked.now)


def parquet(asked: Asked) -> bytes:
    """Return all of the journal as Parquet tables."""
    from unpinch.exchange.data import parquet_package

    return parquet_package(asked.journal, asked.knowledge, asked.now)


def research(asked: Asked) -> bytes:
    """Return the journal without what tells whose it is."""
    from unpinch.exchange.data import research_package

    return research_package(asked.journal, asked.knowledge)


_FORMS: Final = (
    Form("sheet", "the exercises for the fridge door, as PDF", "unpinch-sheet-{day}.pdf", PDF, sheet),
    Form("pdf", "the report for a clinician, as PDF", "unpinch-report-{day}.pdf", PDF, report),
    Form("fhir", "the journal as a health record (FHIR R4)", "unpinch-record-{day}.json", FHIR, fhir),
    Form("ics", "what is to come, for a calendar", "unpinch-{day}.ics", "text/calendar", ics),
    Form("csv", "all of the journal as CSV tables, in a ZIP", "unpinch-data-{day}.zip", ZIP, csv),
    Form("parquet", "all of it as Parquet tables, in a ZIP", "unpinch-parquet-{day}.zip", ZIP, parquet),
    Form("research", "it without what tells whose it is, in a ZIP", "unpinch-research.zip", ZIP, research),
)
FORMS: Final = {form.name: form for form in _FORMS}
"""Every form by its name."""

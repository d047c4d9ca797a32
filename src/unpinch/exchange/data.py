"""A journal as data for other programs: CSV with a data dictionary, Parquet, and for research.

Each function gives the bytes of one ZIP, a Frictionless data package
(https://datapackage.org, version 1 of the descriptor).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from unpinch import __version__
from unpinch.exchange.files import FileError
from unpinch.exchange.research import scrub
from unpinch.exchange.tables import Column, Table, tables
from unpinch.journal import Journal
from unpinch.knowledge import Knowledge

NO_PYARROW: Final = "Parquet needs the optional part `research` of Unpinch: pip install 'unpinch[research]'"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "'")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def csv_package(journal: Journal, knowledge: Knowledge, made: dt.datetime) -> bytes:
    """Return all of a journal as CSV tables with their dictionary, and as JSONL; a ZIP.

    Parameters
    ----------
    journal
        What happened.
    knowledge
        What is known; holds the words of the description.
    made
        The time, with its UTC offset.
    """
    found = tables(journal)
    words = knowledge.words
    about = [words["data.about"], words["data.tables"], words["data.text"]]
    told = _descriptor("unpinch-journal", about, found, "csv", {"created": made.isoformat()})
    files = {f"{table.name}.csv": csv_bytes(table) for table in found}
    return _zip(told, about, {**files, "journal.jsonl": journal.to_jsonl().encode()})


def parquet_package(journal: Journal, knowledge: Knowledge, made: dt.datetime) -> bytes:
    """Return all of a journal as Parquet tables with their dictionary; a ZIP.

    Raises
    ------
    FileError
        When pyarrow is not installed.
    """
    found = tables(journal)
    about = [knowledge.words["data.about"]]
    told = _descriptor("unpinch-journal", about, found, "parquet", {"created": made.isoformat()})
    return _zip(told, about, {f"{table.name}.parquet": parquet_bytes(table) for table in found})


def research_package(
    journal: Journal, knowledge: Knowledge, *, weeks: int | None = None, parquet: bool = False
) -> bytes:
    """Return a journal for research: without what tells who it is, with a list of what was taken out.

    Nothing in it tells when it was made: beside the last entry that would tell how far the dates
    were moved.

    Parameters
    ----------
    weeks
        See `unpinch.exchange.research.scrub`.
    parquet
        Tables as Parquet instead of CSV.

    Raises
    ------
    FileError
        When pyarrow is needed and not installed.
    """
    left = scrub(journal, knowledge, weeks)
    words = knowledge.words
    about = [words["data.research"], words["data.moved"], *([] if parquet else [words["data.text"]])]
    removed = [{"what": what, "times": times} for what, times in sorted(left.removed.items())]
    form = "parquet" if parquet else "csv"
    told = _descriptor("unpinch-research", about, left.tables, form, {"removed": removed})
    write = parquet_bytes if parquet else csv_bytes
    files = {f"{table.name}.{form}": write(table) for table in left.tables}
    lines = b"".join(msgspec.json.encode(line, order="sorted") + b"\n" for line in left.lines)
    about += ["Taken out:", *(f"- {one['what']} ({one['times']})" for one in removed)]
    return _zip(told, about, {**files, "entries.jsonl": lines})


def csv_bytes(table: Table) -> bytes:
    """Return a table as CSV (RFC 4180, UTF-8): true and false in words, nothing for no answer."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow([_text(value) for value in row])
    return out.getvalue().encode()


def parquet_bytes(table: Table) -> bytes:
    """Return a table as a Parquet file; descriptions of the columns stand in its schema.

    Raises
    ------
    FileError
        When pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise FileError(NO_PYARROW) from error
    zoned = any(column.name == "utc_offset_min" for column in table.columns)
    kinds = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", tz="UTC" if zoned else None),
    }
    fields = [
        pa.field(one.name, kinds[one.type], metadata={"description": one.about}) for one in table.columns
    ]
    columns = [
        pa.array([_typed(row[place], one) for row in table.rows], kinds[one.type])
        for place, one in enumerate(table.columns)
    ]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=pa.schema(fields)), out)
    return out.getvalue()


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    One quote comes before it, also before a quote that was there: taking one away gives it back.
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            plain = _CONTROL.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
            return guarded(plain)
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def _typed(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if column.type == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if column.type == "number":
        return float(value)
    return str(value) if column.type == "string" else value


def _descriptor(
    name: str, about: Iterable[str], found: Iterable[Table], form: str, more: dict[str, Any]
) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": name,
        "title": "Unpinch",
        "description": " ".join(about),
        "version": __version__,
        **more,
        "resources": [
            {
                "name": table.name,
                "path": f"{table.name}.{form}",
                "description": table.about,
                "format": form,
                "mediatype": "text/csv" if form == "csv" else "application/vnd.apache.parquet",
                **({"encoding": "utf-8", "profile": "tabular-data-resource"} if form == "csv" else {}),
                "schema": {
                    "fields": [
                        {
                            "name": one.name,
                            "type": one.type,
                            "description": one.about,
                            **({"format": "any"} if one.type == "datetime" else {}),
                            **({"constraints": one.constraints} if one.constraints else {}),
                        }
                        for one in table.columns
                    ],
                    "primaryKey": list(table.key),
                    "missingValues": [""],
                    **(
                        {
                            "foreignKeys": [
                                {
                                    "fields": ["entry"],
                                    "reference": {"resource": table.name.partition("_")[0], "fields": ["id"]},
                                }
                            ]
                        }
                        if table.key[0] == "entry"
                        else {}
                    ),
                },
            }
            for table in found
        ],
    }


def _zip(told: dict[str, Any], about: Iterable[str], files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    descriptor = json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
    whole = {"datapackage.json": descriptor, "README.txt": "\n".join(about).encode() + b"\n", **files}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in whole.items():
            info = zipfile.ZipInfo(name)  # stands at 1980: no clock
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            file.writestr(info, content)
    return out.getvalue()

"""What comes in from outside is told apart by what is in it, and comes in whole or not at all."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.exchange.records import SOMEBODY, clinicians_plan, record, written
from unpinch.exchange.backup import pack, seal
from unpinch.exchange.incoming import IncomingError, incoming
from unpinch.journal import Journal, make
from unpinch.journal.kinds import Note, Programme
from unpinch.knowledge import load

KNOWN = load()
DIARY = Journal(SOMEBODY)
NOW = dt.datetime(2025, 6, 2, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_lines_come_in_as_lines(mark: bytes) -> None:
    found = incoming(mark + DIARY.to_jsonl().encode(), KNOWN)
    assert found.journal.to_jsonl() == DIARY.to_jsonl()
    assert len(found.journal) == len(DIARY)


def test_a_health_record_comes_in_as_entries() -> None:
    assert record(SOMEBODY)
    found = incoming(written(SOMEBODY), KNOWN)
    pretty = json.dumps(json.loads(written(SOMEBODY)), indent=2).encode()
    assert incoming(pretty, KNOWN) == found
    assert len(found.journal) > 5
    kinds = {entry.kind for entry in found.journal}
    assert {"profile", "screen", "pain"} <= kinds


@pytest.mark.parametrize("alone", [True, False])
def test_a_clinicians_plan_comes_in_as_a_programme(alone: bool) -> None:
    found = incoming(clinicians_plan(alone=alone), KNOWN)
    (entry,) = found.journal.entries
    assert isinstance(entry.data, Programme)
    again = incoming(clinicians_plan(alone=alone), KNOWN)
    assert len(found.journal.merge(again.journal)) == 1


def test_a_note_that_speaks_of_records_is_still_a_line() -> None:
    note = make("n", NOW, Note(text='{"resourceType": "Bundle"}'))
    raw = Journal([note]).to_jsonl().encode()
    assert incoming(raw, KNOWN).journal.entries == (note,)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"resourceType": "Patient"}', "must be a Bundle or a CarePlan"),
        (b'{"resourceType": "Bundle", "type": "invented"}', "type"),
        (b"{", "line 1"),
        (b'{"kind": "pain"}', "line 1"),
        (seal(pack(DIARY, NOW), "a long enough phrase"), "locked copy"),
    ],
)
def test_what_is_neither_is_refused_with_its_place(raw: bytes, words: str) -> None:
    with pytest.raises(IncomingError, match=words) as refused:
        incoming(raw, KNOWN)
    assert "\n" not in str(refused.value)

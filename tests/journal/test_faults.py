"""Every kind of fault of an entry is said in one plain line that names the place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import factories as make_up
from tests.factories import T0
from unpinch.journal import (
    Entry,
    EntryError,
    Journal,
    JournalError,
    decode,
    encode,
    from_fields,
    make,
)
from unpinch.journal.kinds import KINDS, Note, Pain, Preference, Profile, Screen

WHEN = "2025-01-01T08:00:00+02:00"
TIME = "must be a time with its UTC offset, such as 2025-01-31T08:00:00+01:00"


def line(kind: str, data: Any, /, **others: Any) -> str:
    fields = {"id": "x1", "at": WHEN, "recorded": WHEN, "kind": kind, "data": data, **others}
    return json.dumps({name: value for name, value in fields.items() if value is not ...})


def fault(raw: str | bytes) -> str:
    with pytest.raises(EntryError) as caught:
        decode(raw)
    return str(caught.value)


NOW = {"when": "now"}
SCREEN = {"question": "q", "occasion": "full", "version": "1"}
PLAN = {"exercise": "e", "variant": "v", "rung": 3, "sets": 2}

IN_DATA = [
    ("pain", {}, "when: is missing"),
    ("pain", {"when": "noon"}, "when: must be one of after_session, evening, morning, now (was 'noon')"),
    ("pain", {"when": 3}, "when: must be text (was 3)"),
    ("pain", NOW | {"leg_nprs": 11}, "leg_nprs: must be at most 10 (was 11)"),
    ("pain", NOW | {"leg_nprs": -1}, "leg_nprs: must be at least 0 (was -1)"),
    ("pain", NOW | {"leg_nprs": "3"}, "leg_nprs: must be a whole number (was '3')"),
    ("pain", NOW | {"leg_nprs": 3.5}, "leg_nprs: must be a whole number (was 3.5)"),
    ("pain", NOW | {"leg_nprs": True}, "leg_nprs: must be a whole number (was true)"),
    ("pain", NOW | {"leg_nprs": [3]}, "leg_nprs: must be a whole number (was a list)"),
    ("pain", NOW | {"leg_nprs": 10**30}, f"leg_nprs: must be at most 10 (was {10**30})"),
    ("pain", NOW | {"distal": 7}, "distal: must be one of 0, 1, 2, 3, 4, 5, 6 (was 7)"),
    ("pain", NOW | {"side": "up"}, "side: must be one of both, left, right (was 'up')"),
    ("pain", NOW | {"settle_min": 1e9}, "settle_min: must be at most 1440 (was 1000000000.0)"),
    ("pain", NOW | {"constant": "yes"}, "constant: must be true or false (was 'yes')"),
    ("pain", NOW | {"leg": 3}, "leg: is not a known field"),
    ("pain", NOW | {"a b": 3}, "'a b': is not a known field"),
    ("pain", [], "data: must be an object (was a list)"),
    ("pain", None, "data: must be an object (was null)"),
    ("profile", {"since": "2025-02-30"}, "since: must be a date, such as 2025-01-31 (was '2025-02-30')"),
    ("profile", {"since": 3}, "since: must be a date, such as 2025-01-31 (was 3)"),
    ("profile", {"since": "0001-01-01"}, "since: must lie in the years 1900 to 2199 (was 0001-01-01)"),
    (
        "profile",
        {"country": "uk"},
        "country: must be two capital letters (ISO 3166-1), such as GB (was 'uk')",
    ),
    (
        "profile",
        {"emergency_number": "none"},
        "emergency_number: must be 2 to 20 digits, spaces and + # * - (was 'none')",
    ),
    ("profile", {"name": "n" * 201}, f"name: must be at most 200 characters long (was '{'n' * 39}…)"),
    ("profile", {"equipment": "mat"}, "equipment: must be a list (was 'mat')"),
    (
        "profile",
        {"equipment": ["mat", "a chair"]},
        "equipment[1]: must be letters, digits and _ . : - alone (was 'a chair')",
    ),
    ("screen", SCREEN | {"answer": True}, "answer: must be a number or text or a list (was true)"),
    ("screen", SCREEN | {"answer": 201}, "answer: must be at most 200 (was 201)"),
    ("screen", SCREEN | {"answer": {}}, "answer: must be a number or text or a list (was an object)"),
    (
        "screen",
        SCREEN | {"answer": "not sure"},
        "answer: must be letters, digits and _ . : - alone (was 'not sure')",
    ),
    (
        "screen",
        SCREEN | {"answer": ["ok", "\n"]},
        "answer[1]: must be letters, digits and _ . : - alone (was '\\n')",
    ),
    ("screen", SCREEN | {"answer": ""}, "answer: must not be empty (was '')"),
    (
        "questionnaire",
        {"instrument": "i", "answers": {"a": 1, "b": 101}},
        "answers.b: must be at most 100 (was 101)",
    ),
    (
        "questionnaire",
        {"instrument": "i", "answers": {"a": None}},
        "answers.a: must be a whole number (was null)",
    ),
    (
        "questionnaire",
        {"instrument": "i", "answers": {"a b": 1}},
        "answers: one of its names: must be letters, digits and _ . : - alone",
    ),
    ("questionnaire", {"instrument": "i", "answers": []}, "answers: must be an object (was a list)"),
    (
        "questionnaire",
        {"instrument": "i", "answers": {}, "labels": {"1": "ok", "2": 5}},
        "labels.2: must be text (was 5)",
    ),
    ("session", {"session": "s", "event": "started", "plan": [PLAN, {}]}, "plan[1].exercise: is missing"),
    (
        "session",
        {"session": "s", "event": "started", "plan": [PLAN | {"sets": 21}]},
        "plan[0].sets: must be at most 20 (was 21)",
    ),
    (
        "session",
        {"session": "s", "event": "started", "plan": [PLAN | {"sides": ["up"]}]},
        "plan[0].sides[0]: must be one of left, right (was 'up')",
    ),
    (
        "session",
        {"session": "s", "event": "started", "plan": [PLAN | {"speed": 1}]},
        "plan[0].speed: is not a known field",
    ),
    ("preference", {"name": "voice", "value": 1}, "value: must be true or false for voice (was 1.0)"),
    (
        "preference",
        {"name": "voice_rate", "value": True},
        "value: must be a number from 0.1 to 10 for voice_rate (was true)",
    ),
    (
        "preference",
        {"name": "theme", "value": "blue"},
        "value: must be light, dark or auto for theme (was 'blue')",
    ),
    ("preference", {"name": "ask_back", "value": True}, "target: is missing for ask_back"),
    (
        "preference",
        {"name": "voice", "value": None},
        "value: must be true or false or a number or text (was null)",
    ),
    ("retraction", {"entry": ""}, "entry: must not be empty (was '')"),
    ("note", {"text": "\ud800"}, "holds half of a character (a lone surrogate)"),
]


@pytest.mark.parametrize(("kind", "data", "words"), IN_DATA)
def test_a_fault_of_what_is_said(kind: str, data: Any, words: str) -> None:
    told = fault(line(kind, data))
    # A text that no reader can take whole has no place to name.
    assert told == (f"entry x1: {words}" if "surrogate" in words else f"entry x1: {kind}: {words}")


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"id": ...}, "entry: id: is missing"),
        ({"id": ""}, "entry: id: must not be empty (was '')"),
        ({"id": 5}, "entry: id: must be text (was 5)"),
        ({"id": "a b"}, "entry: id: must be letters, digits and _ . : - alone (was 'a b')"),
        ({"id": "x1\n"}, "entry: id: must be letters, digits and _ . : - alone (was 'x1\\n')"),
        ({"id": "i" * 65}, f"entry: id: must be at most 64 characters long (was '{'i' * 39}…)"),
        ({"at": ...}, "entry x1: at: is missing"),
        ({"at": None}, f"entry x1: at: {TIME} (was null)"),
        ({"at": "today"}, f"entry x1: at: {TIME} (was 'today')"),
        ({"at": "2025-01-01T08:00:60Z"}, f"entry x1: at: {TIME} (was '2025-01-01T08:00:60Z')"),
        (
            {"at": "2025-01-01T08:00:00"},
            "entry x1: at: must have a UTC offset, as in 2025-01-31T08:00:00+01:00 "
            "(was '2025-01-01T08:00:00')",
        ),
        (
            {"at": "0001-01-01T00:00:00+12:00"},
            "entry x1: at: must lie in the years 1970 to 2199 (was 0001-01-01T00:00:00+12:00)",
        ),
        (
            {"recorded": "9999-12-31T23:59:59-12:00"},
            "entry x1: recorded: must lie in the years 1970 to 2199 (was 9999-12-31T23:59:59-12:00)",
        ),
        ({"kind": ...}, "entry x1: kind: is missing"),
        ({"kind": 5}, "entry x1: kind: must be text (was 5)"),
        ({"kind": "mood"}, f"entry x1: kind: must be one of {', '.join(KINDS)} (was 'mood')"),
        ({"data": ...}, "entry x1: pain: data: is missing"),
        ({"extra": 1}, "entry x1: extra: is not a known field"),
    ],
)
def test_a_fault_of_the_envelope(others: dict[str, Any], words: str) -> None:
    assert fault(line("pain", NOW, **others)) == words


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "entry: is not JSON: it ends too early"),
        ("{", "entry: is not JSON: it ends too early"),
        (line("pain", NOW)[:-1], "entry: is not JSON: it ends too early"),
        (line("pain", NOW) + "x", "entry: is not JSON: trailing characters at byte 131"),
        ("null", "entry: must be an object"),
        ("[]", "entry: must be an object"),
        ('{"id":NaN}', "entry: is not JSON: invalid character at byte 7"),
        (b"\xff", "entry: is not JSON: invalid character at byte 1"),
        (line("note", {"text": "?"}).encode().replace(b"?", b"\xff"), "entry x1: is not UTF-8 text"),
        (
            line("note", {"text": "?"}).replace("?", "\ud800"),
            "entry x1: holds half of a character (a lone surrogate)",
        ),
        (line("note", {"text": "?"}).replace("?", "\0"), "entry: is not JSON: invalid character at byte 124"),
        (line("note", {"text": "?"}).replace("?", "\n"), "entry: is not JSON: invalid character at byte 124"),
        (line("pain", NOW).replace('"now"', '"now","when":"morning"'), "entry x1: pain: when: stands twice"),
        (line("pain", NOW, id="x1").replace('"id"', '"id":"x2","id"'), "entry x1: pain: id: stands twice"),
        (
            line("questionnaire", {"instrument": "i", "answers": {"a": 1}}).replace('"a"', '"a":5,"a"'),
            "entry x1: questionnaire: a: stands twice",
        ),
        (
            line("pain", NOW | {"settle_min": 0}).replace(": 0", ":1e400"),
            "entry x1: pain: settle_min: must be a smaller number (was inf)",
        ),
        (
            line("pain", NOW | {"settle_min": 0}).replace(": 0", ":" + "9" * 5000),
            "entry x1: pain: settle_min: must be a smaller number (was inf)",
        ),
    ],
)
def test_a_fault_of_the_json(raw: str | bytes, words: str) -> None:
    assert fault(raw) == words


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"id":"x","data":', '{"kind":"pain","data":{"when":'])
def test_deep_nesting_is_a_plain_error(opening: str) -> None:
    closing = {"[": "]", "{": "}"}
    for depth in (10, 1_000, 100_000):
        deep = (
            opening * depth
            + "1"
            + "".join(closing[letter] for letter in opening if letter in closing) * depth
        )
        assert fault(deep).startswith("entry")
        with pytest.raises(JournalError, match=r"^line 2: entry"):
            Journal.from_jsonl("\n" + deep)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def refusal(read: Callable[[Any], object], raw: str | bytes) -> str | None:
    """Return the one line with which something is refused, None when it is taken."""
    try:
        read(raw)
    except (EntryError, JournalError) as error:
        return str(error)
    return None


@given(st.one_of(st.text(), st.binary(), json_values.map(json.dumps)))
@example("\x00")
@example('{"id":"x","id":"x"}')
def test_anything_at_all_is_an_entry_or_one_line(raw: str | bytes) -> None:
    told = refusal(decode, raw)
    assert told is None or (told.startswith("entry") and len(told.splitlines()) == 1)
    told = refusal(Journal.from_jsonl, raw)
    assert told is None or (told.startswith("line ") and len(told.splitlines()) == 1)


@given(make_up.entries(), st.data())
def test_a_damaged_entry_is_an_entry_or_one_line_that_names_the_field(
    entry: Entry, data: st.DataObject
) -> None:
    fields = make_up.plain(entry)
    table = data.draw(st.sampled_from([fields, fields["data"]]))
    name = data.draw(st.sampled_from([*table, "novel"]))
    table[name] = data.draw(json_values)
    raw = json.dumps(fields)
    told = refusal(decode, raw)
    if told is None:
        assert decode(encode(decode(raw))) == decode(raw)
    else:
        # A new kind or new data are wrong in a place of their own; bad JSON has no field to name.
        assert name in told or name in {"kind", "data"} or "JSON" in told or "surrogate" in told
        assert len(told.splitlines()) == 1


@given(make_up.entries(), st.integers(0, 10_000), st.integers(0, 255))
def test_a_flipped_byte_is_an_entry_or_one_line(entry: Entry, place: int, byte: int) -> None:
    raw = bytearray(encode(entry))
    raw[place % len(raw)] = byte
    told = refusal(decode, bytes(raw))
    assert told is None or (told.startswith("entry") and len(told.splitlines()) == 1)


# --- entries that a program makes ---------------------------------------------------------------


def test_make_checks_as_if_it_had_been_read() -> None:
    with pytest.raises(EntryError, match=r"^entry x: pain: leg_nprs: must be at most 10 \(was 11\)$"):
        make("x", T0, Pain(when="now", leg_nprs=11))
    with pytest.raises(EntryError, match=r"^entry x: at: must have a UTC offset"):
        make("x", T0.replace(tzinfo=None), Pain(when="now"))
    with pytest.raises(EntryError, match=r"^entry: id: must be letters"):
        make("x y", T0, Pain(when="now"))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_cannot_hold_is_never_taken_for_unanswered(number: float) -> None:
    with pytest.raises(
        EntryError, match=r"^entry x: pain: settle_min: must be a finite number \(was -?(nan|inf)\)$"
    ):
        make("x", T0, Pain(when="now", settle_min=number))
    with pytest.raises(EntryError, match="settle_min: must be a finite number"):
        from_fields("x", T0, "pain", {"when": "now", "settle_min": number})


def test_make_refuses_half_characters_and_strangers() -> None:
    with pytest.raises(EntryError, match=r"^entry x: note: .*surrogate"):
        make("x", T0, Note(text="\ud800"))
    with pytest.raises(EntryError, match=r"^entry x: object is no kind of entry$"):
        make("x", T0, object())  # type: ignore[arg-type]
    with pytest.raises(EntryError, match=r"^entry x: note: "):
        from_fields("x", T0, "note", {"text": object()})


def test_encode_refuses_what_was_never_checked() -> None:
    entry = Entry(id="x", at=T0, recorded=T0, kind="note", data=Note(text="\ud800"))
    with pytest.raises(EntryError, match=r"^entry x: .*surrogate"):
        encode(entry)
    with pytest.raises(EntryError, match=r"^entry x: .*surrogate"):
        Journal([entry]).to_jsonl()


def test_from_fields_takes_dates_and_lists_as_a_form_gives_them() -> None:
    fields = {"since": dt.date(2025, 5, 1), "equipment": ["mat", "chair"]}
    entry = from_fields("x", T0, "profile", fields, recorded=T0 + dt.timedelta(minutes=1))
    assert entry.data == Profile(since=dt.date(2025, 5, 1), equipment=("mat", "chair"))
    assert entry.recorded - entry.at == dt.timedelta(minutes=1)
    assert from_fields("y", T0, "screen", SCREEN | {"answer": ["a", "b"]}).data == Screen(
        question="q", occasion="full", version="1", answer=("a", "b")
    )
    with pytest.raises(EntryError, match=r"^entry x: kind: must be one of "):
        from_fields("x", T0, "mood", {})


@pytest.mark.parametrize("name", ["exercise_off", "voice", "voice_rate", "theme", "contrast", "motion"])
def test_a_preference_checks_its_value(name: Any) -> None:
    with pytest.raises(ValueError, match=f"^value: must be .* for {name}"):
        Preference(name=name, target="t", value="purple")

"""The journal is a set that only grows, and loses nothing on its way through a file."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make_up
from tests.factories import PARIS, T0, Diary, at, note
from unpinch.journal import Entry, Journal, JournalConflict, JournalError, decode, encode, make
from unpinch.journal.kinds import KINDS, Note, Pain, Questionnaire, Retraction


@given(make_up.related_journals(2))
def test_merge_is_idempotent_and_commutative(pair: tuple[Journal, Journal]) -> None:
    one, other = pair
    both = one.merge(other)
    assert both == other.merge(one)
    assert both.to_jsonl() == other.merge(one).to_jsonl()
    assert both.digest == other.merge(one).digest
    assert both.merge(one) == both
    assert one.merge(one) is one


@given(make_up.related_journals(3))
def test_merge_is_associative(three: tuple[Journal, Journal, Journal]) -> None:
    a, b, c = three
    left, right = a.merge(b).merge(c), a.merge(b.merge(c))
    assert left.to_jsonl() == right.to_jsonl()
    assert left.digest == right.digest


@given(make_up.journals(), st.randoms(use_true_random=False))
def test_append_one_by_one_in_any_order_is_the_same(journal: Journal, chance: random.Random) -> None:
    shuffled = list(journal.entries)
    chance.shuffle(shuffled)
    grown = Journal()
    for entry in shuffled:
        # Read what may be carried over before each step, so that a stale value would show.
        assert grown.digest == Journal(grown.entries).digest
        grown = grown.append(entry).append(entry)
    assert grown == journal
    assert grown.to_jsonl() == journal.to_jsonl()
    assert (grown.live, grown.retracted, grown.digest) == (journal.live, journal.retracted, journal.digest)


@given(make_up.journals(), make_up.entries())
def test_retracting_is_the_same_as_never_having_written(journal: Journal, entry: Entry) -> None:
    if entry.kind == "retraction" or any(known.id == entry.id for known in journal):
        return
    back = make("taken-back", entry.at, Retraction(entry=entry.id))
    after = journal.append(entry, back)
    assert after.live == journal.live
    assert after.digest == journal.digest
    assert entry in after, "what was taken back still stands in the journal"


def test_a_retraction_can_not_be_taken_back() -> None:
    diary = Diary()
    first = diary.write(Note(text="one"))
    back = diary.take_back(first)
    before = diary.journal
    diary.take_back(back)
    assert diary.journal.live == before.live == ()


def test_a_retraction_may_arrive_before_its_entry() -> None:
    first = note("a")
    back = make("b", T0, Retraction(entry="a"))
    early = Journal([back])
    assert early.live == ()
    assert early.append(first).live == ()
    assert early.append(first).digest == Journal().digest


@given(make_up.journals())
def test_lines_lose_nothing(journal: Journal) -> None:
    text = journal.to_jsonl()
    back = Journal.from_jsonl(text)
    assert back == journal
    assert back.to_jsonl() == text
    assert Journal.from_jsonl(text.encode()) == journal
    assert len(text.split("\n")) == len(journal) + 1, "one line for each entry"
    for one, other in zip(back, journal, strict=True):
        assert one.at.utcoffset() == other.at.utcoffset()
        assert one.day == other.day


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_through_a_line(kind: str) -> None:
    @given(make_up.entries(kind))
    def comes_through(entry: Entry) -> None:
        assert decode(encode(entry)) == entry
        assert decode(encode(entry).decode()) == entry

    comes_through()


@pytest.mark.parametrize(
    "text",
    ["\u2028", "\u2029", "a\rb", "a\nb", "\r\n", "\x85", "\0", "\x0b\x0c", "🦵🏽", "\ufeff", "e\u0301", "é"],
)
def test_awkward_characters_stay_as_they_are(text: str) -> None:
    journal = Journal([note("a", text), note("b", f"{text}{text}")])
    back = Journal.from_jsonl(journal.to_jsonl())
    assert [entry.data for entry in back] == [Note(text=text), Note(text=text * 2)]


def test_offsets_are_kept_and_tell_the_day() -> None:
    late = dt.datetime(2025, 6, 2, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-7)))
    entry = make("a", late, Pain(when="now"))
    back = Journal.from_jsonl(Journal([entry]).to_jsonl()).entries[0]
    assert back.at.isoformat() == "2025-06-02T23:30:00-07:00"
    assert back.day == dt.date(2025, 6, 2)


def test_the_same_instant_with_another_offset_is_another_entry() -> None:
    here = make("a", T0, Note(text="x"))
    there = make("a", T0.astimezone(dt.UTC), Note(text="x"))
    assert here.at == there.at
    assert here != there
    for first, second in ((here, there), (there, here)):
        with pytest.raises(JournalConflict, match="entry a: two different entries have this id"):
            Journal([first]).append(second)


def test_equal_entries_count_once() -> None:
    journal = Journal([note("a"), note("a")])
    assert len(journal) == 1
    assert journal.append(note("a")) is journal
    assert len({note("a"), note("a"), note("b")}) == 2


def test_entries_with_tables_can_be_hashed() -> None:
    entry = make("a", T0, Questionnaire(instrument="rmdq", answers={"1": 1}))
    assert hash(Journal([entry])) == hash(Journal([decode(encode(entry))]))


@given(make_up.related_journals(1), make_up.entries())
def test_a_conflict_is_refused_whichever_comes_first(one: tuple[Journal], entry: Entry) -> None:
    other = make(entry.id, entry.at, Note(text="something else entirely"), entry.recorded)
    if entry == other:
        return
    with pytest.raises(JournalConflict, match="two different entries"):
        Journal([entry, other])
    with pytest.raises(JournalConflict, match="two different entries"):
        Journal([other]).merge(Journal([entry]))


def test_order_is_by_time_then_by_id() -> None:
    first, second, third = note("b", when=at(0)), note("c", when=at(0)), note("a", when=at(1))
    assert Journal([third, second, first]).entries == (first, second, third)
    # 9:00 in Paris comes before 8:30 in London, though its clock shows more.
    paris = note("z", when=dt.datetime(2025, 6, 2, 9, 0, tzinfo=PARIS))
    london = note("a", when=dt.datetime(2025, 6, 2, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert Journal([london]).append(paris).entries == (paris, london)


def test_the_digest_follows_what_counts() -> None:
    journal = Journal([note("a")])
    assert journal.digest != Journal([note("a", "other")]).digest
    assert journal.append(note("b")).digest != journal.digest
    early = note("b", when=at(-3))
    assert journal.append(early).digest == Journal([early, note("a")]).digest


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n", "\n \t\r\n"])
def test_line_endings_and_blank_lines_are_passed_over(ending: str) -> None:
    lines = [encode(note("a")).decode(), encode(note("b")).decode()]
    journal = Journal.from_jsonl("\ufeff" + ending.join(lines) + ending)
    assert [entry.id for entry in journal] == ["a", "b"]


def test_an_empty_text_is_an_empty_journal() -> None:
    assert Journal.from_jsonl("") == Journal.from_jsonl(b"\n\n") == Journal()
    assert Journal().to_jsonl() == ""


@given(make_up.journals(max_size=6), st.data())
def test_a_bad_line_is_named_by_its_number(journal: Journal, data: st.DataObject) -> None:
    lines = journal.to_jsonl().split("\n")[:-1]
    place = data.draw(st.integers(0, len(lines)))
    bad = data.draw(st.sampled_from(["{", "nonsense", "[]", '{"id":"x"}', "\ud800"]))
    lines.insert(place, bad)
    with pytest.raises(JournalError, match=rf"^line {place + 1}: entry") as caught:
        Journal.from_jsonl("\n".join(lines))
    assert "\n" not in str(caught.value)


def test_a_bad_line_in_bytes_is_named_too() -> None:
    good = encode(note("a"))
    with pytest.raises(JournalError, match=r"^line 2: entry b: is not UTF-8 text$"):
        Journal.from_jsonl(good + b"\n" + encode(note("b", "?")).replace(b"?", b"\xff"))


def test_a_conflict_in_a_file_names_the_entry() -> None:
    text = Journal([note("a")]).to_jsonl() + Journal([note("a", "other")]).to_jsonl()
    with pytest.raises(JournalConflict, match="entry a"):
        Journal.from_jsonl(text)


def test_one_entry_stands_on_one_line() -> None:
    spread = encode(note("a")).decode().replace(",", ",\n", 1)
    with pytest.raises(JournalError, match="line 1: entry: is not JSON: it ends too early"):
        Journal.from_jsonl(spread)
    with pytest.raises(JournalError, match="line 1: entry: is not JSON: trailing characters"):
        Journal.from_jsonl(encode(note("a")).decode() + encode(note("b")).decode())


def test_membership_and_the_short_form() -> None:
    diary = Diary()
    first = diary.write(Note(text="x"))
    diary.take_back(first)
    assert first in diary.journal
    assert note("nowhere") not in diary.journal
    assert "x" not in diary.journal
    assert repr(diary.journal) == "Journal(2 entries, 1 retracted)"

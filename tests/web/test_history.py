"""History: text first, gaps stay gaps, and every entry can be taken back."""

from __future__ import annotations

import datetime as dt

from tests.web import people
from tests.web.client import Visitor, plain
from tests.web.markup import read
from tests.web.people import NOW, Diary
from unpinch.journal import Entry, Journal, kinds, make
from unpinch.journal.kinds import KINDS, Note, Pain, Preference, Retraction
from unpinch.journal.mornings import Day
from unpinch.knowledge import load
from unpinch.web.diary import WISHES, in_words
from unpinch.web.routes.history import headline, place_words


def mornings(*levels: int | None, distal: int | None = 5) -> list[Day]:
    first = NOW.date() - dt.timedelta(days=len(levels))
    return [Day(first + dt.timedelta(days=n), level, distal) for n, level in enumerate(levels)]


def number(entry: Entry) -> int:
    assert isinstance(entry.data, Pain)
    assert entry.data.leg_nprs is not None
    return entry.data.leg_nprs


def test_the_heading_says_how_it_went() -> None:
    assert headline([]) == "Your first ring comes tomorrow morning"
    assert headline(mornings(5)) == "One morning so far"
    assert headline(mornings(5, 5, 5)) == "Three mornings so far"
    assert (
        headline(mornings(6, 6, 6, 6, 4, 4, 4, 4, 4, 4, 4))
        == "Mornings are easier: about 5 then, about 4 now"
    )
    assert headline(mornings(*[3] * 7, *[6] * 7)) == "Mornings are harder: about 3 then, about 6 now"
    assert headline(mornings(*[4] * 8)) == "Mornings are much the same: about 4"


def test_where_it_reaches_is_said_once_there_is_enough() -> None:
    assert place_words(mornings(4, 4)) == ""
    before, after = mornings(*[4] * 7, distal=6), mornings(*[4] * 7, distal=4)
    assert place_words(before + after) == "The pain reaches higher up: foot or toes then, knee now."
    assert place_words(after + before) == "The pain reaches further down: knee then, foot or toes now."


def test_the_table_holds_the_numbers_of_the_chart() -> None:
    page = Visitor(people.month()).page("/history")
    tree, _ = read(page)
    rows = [[cell.text() for cell in row.all("th", "td")] for row in tree.all("tr")[1:]]
    assert rows[0][0] == "22 Nov"
    told = [
        entry for entry in people.month() if isinstance(entry.data, Pain) and entry.data.when == "morning"
    ]
    counted = sum(int(row[1].split("(")[1].rstrip(")")) for row in rows if "(" in row[1])
    assert counted == len(told)
    week = [number(entry) for entry in told if (NOW.date() - entry.day).days < 7]
    assert rows[0][1].startswith(f"{sum(week) / len(week):.1f}")
    assert page.count('class="course narrow"') == page.count('class="course wide"') == 1


def test_silent_weeks_say_none_and_never_a_number() -> None:
    diary = Diary("gap")
    for back in (40, 39, 1, 0):
        diary.write(NOW - dt.timedelta(days=back, minutes=1), Pain(when="morning", leg_nprs=5))
    tree, _ = read(Visitor(diary.journal).page("/history"))
    averages = [row.all("td")[0].text() for row in tree.all("tr")[1:]]
    assert averages == ["5 (2)", "none", "none", "none", "none", "5 (2)"]


def test_old_days_are_there_when_asked_for() -> None:
    diary = Diary("old")
    for back in range(0, 200, 5):
        diary.write(NOW - dt.timedelta(days=back, minutes=1), Pain(when="morning", leg_nprs=5))
    visitor = Visitor(diary.journal)
    assert "Show everything from the start" in plain(visitor.page("/history"))
    assert visitor.page("/history?every=1").count('class="ring"') == 80
    assert visitor.page("/history").count('class="ring"') == 34


def test_an_entry_is_taken_back_once_and_stays_on_the_list() -> None:
    visitor = Visitor(people.ready())
    entry = next(entry for entry in visitor.entries if entry.kind == "pain")
    assert visitor.post("/history/undo", {"entry": entry.id}).headers["location"] == "/history#entries"
    assert isinstance(visitor.entries[-1].data, Retraction)
    assert visitor.store.journal().retracted == {entry.id}
    page = visitor.page("/history")
    assert "(taken back)" in plain(page)
    assert f'value="{entry.id}"' not in page
    assert visitor.post("/history/undo", {"entry": entry.id}).status_code == 404
    assert visitor.post("/history/undo", {"entry": "none"}).status_code == 404
    assert visitor.post("/history/undo", {}).status_code == 404
    assert len([entry for entry in visitor.entries if entry.kind == "retraction"]) == 1


def test_a_note_is_kept_and_shown_as_plain_words() -> None:
    visitor = Visitor(people.ready())
    visitor.post("/history/note", {"text": "  <b>long</b> drive & rain "})
    assert visitor.said("note")[-1] == Note(text="<b>long</b> drive & rain")
    page = visitor.page("/history")
    assert "&lt;b&gt;long&lt;/b&gt; drive &amp; rain" in page
    visitor.post("/history/note", {"text": "   "})
    assert len(visitor.said("note")) == 1


def test_entries_come_page_by_page() -> None:
    visitor = Visitor(people.month())
    seen: set[str] = set()
    pages = -(-len(visitor.entries) // 80)
    for page in range(1, pages + 1):
        html = visitor.page(f"/history?page={page}")
        ids = {entry.id for entry in visitor.entries if f'value="{entry.id}"' in html}
        assert ids
        assert not ids & seen
        seen |= ids
    assert seen == {entry.id for entry in visitor.entries}
    assert "There is no such page." in plain(visitor.page(f"/history?page={pages + 1}"))
    assert visitor.get("/history?page=0").status_code == 200


def test_every_kind_of_entry_has_words() -> None:
    """Whatever a journal can hold is said in words, never as a structure."""
    seen = set()
    for entry in people.month():
        kind, words = in_words(entry, load())
        assert kind
        assert words
        assert "Struct" not in words
        assert "=" not in words
        seen.add(entry.kind)
    assert seen >= set(KINDS) - {"note", "preference", "programme", "retraction"}
    wishes: list[tuple[str, str | None, bool | float | str, str]] = [
        ("exercise_off", "EX16", True, f"leave out {load().exercises['EX16'].name}: yes"),
        ("ask_back", "sliders", False, f"asked for back {load().families['sliders'].name}: no"),
        ("theme", None, "dark", "light or dark: dark"),
        ("voice_rate", None, 1.2, "speed of the voice: 1.2"),
    ]
    for name, target, value, expected in wishes:
        data = Preference(name=name, target=target, value=value)  # type: ignore[arg-type]
        assert in_words(make("w", NOW, data), load()) == ("Your wish", expected)
    assert set(WISHES) == set(kinds.WISHES)


def test_an_empty_history_says_what_will_come() -> None:
    page = Visitor(Journal()).page("/history")
    assert "It shows here as a ring" in plain(page)
    assert "Nothing yet." in plain(page)

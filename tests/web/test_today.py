"""Today: the sentence, the thread, what changed and why; or the refusal with what comes first."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from tests.web import decisions, people
from tests.web.client import Visitor, plain
from tests.web.markup import Node, read
from unpinch.care.decision import Ask, Decision, Freed, FreedLimit, RefusalName
from unpinch.journal.kinds import Pain
from unpinch.knowledge import load


def today(made: Decision) -> str:
    return Visitor(people.month(), made).page("/today")


def h1(page: str) -> str:
    return read(page)[0].all("h1")[0].text()


def main_buttons(page: str) -> list[Node]:
    tree, _ = read(page)
    return [node for node in tree.all("a", "button") if "main" in node.attrs.get("class", "").split()]


@pytest.mark.parametrize(
    ("count", "minutes", "kind", "words"),
    [
        (4, 11.2, "full", "Four gentle exercises, about 11 minutes"),
        (1, 3.6, "minimum", "One gentle exercise, about 4 minutes"),
        (2, 0.4, "easy", "Two easy exercises, about 1 minute"),
    ],
)
def test_the_heading_is_the_answer(count: int, minutes: float, kind: str, words: str) -> None:
    plan = decisions.plan(kind)
    made = decisions.decision(
        session=msgspec.structs.replace(plan, exercises=plan.exercises[:count], minutes=minutes)
    )
    page = today(made)
    assert h1(page) == words
    assert [node.attrs["href"] for node in main_buttons(page)] == ["/session"]


def test_the_thread_names_dose_side_and_reason() -> None:
    page = today(decisions.full())
    tree, _ = read(page)
    stops = [node for node in tree.all("li") if node.attrs.get("class") == "stop"]
    known = load().exercises
    assert [stop.all("h3")[0].text() for stop in stops] == [
        known[name].name for name in ("EX29", "EX20", "EX16", "EX09")
    ]
    doses = [next(p.text() for p in stop.all("p") if p.attrs["class"] == "dose") for stop in stops]
    assert doses[0] == "2 minutes"
    assert "2 times 10, each side" in doses[1]
    assert "right first" in " ".join(doses[1].split())
    assert "2 times 20 seconds, each side" in doses[2]
    assert "left first" in " ".join(doses[2].split())
    assert "first" not in doses[3]
    assert all("Why EX" in stop.text() for stop in stops)


def test_changes_locks_notices_and_cautions_have_their_words() -> None:
    words = plain(today(decisions.full()))
    name = load().exercises
    assert f"{name['EX09'].name}: 1 time 8, not 2 times 8" in words
    assert "Reason for EX09." in words
    assert f"{name['EX05'].name}: waiting" in words
    assert "It is four weeks." in words
    assert "Keep something firm in reach." in words
    assert "EX18 waits for THR." not in words, "what lasts stands in the library"


def test_the_number_to_call_comes_first_when_life_feels_not_worth_living() -> None:
    visitor = Visitor(people.month(), decisions.full())
    words = plain(visitor.page("/today"))
    assert words.index("116 123") < words.index("Four gentle exercises")
    assert 'href="tel:116123"' in visitor.page("/today")
    assert "116 123" not in plain(today(decisions.decision(session=decisions.plan())))


def test_sides_are_compared_only_where_both_are_known() -> None:
    page = today(decisions.full())
    words = plain(page)
    assert load().selftests["T8"].name in words
    assert load().selftests["T1"].name not in words
    assert words.count("The right side managed less") == 2
    left = words.index(" L Left 14")
    assert left < words.index("9 R Right")


def test_bars_stay_within_their_half() -> None:
    tree, _ = read(today(decisions.full()))
    for bar in [node for node in tree.all("svg") if node.attrs.get("class") == "two-bars"]:
        for part in bar.all("rect"):
            x, width = float(part.attrs["x"]), float(part.attrs["width"])
            assert width >= 0
            if part.attrs["class"] == "left":
                assert x + width == pytest.approx(150)
            if part.attrs["class"] == "right":
                assert x >= 170
                assert x + width <= 320.05


def test_asks_have_pages() -> None:
    page = today(decisions.full())
    for to in ("/morning", "/profile/start?flow=1", "/selftests/T1", "/questionnaire/PSFS"):
        assert f'href="{to}"' in page


@pytest.mark.parametrize(
    ("name", "target", "to"),
    [
        ("screen", "CE1", "/screen"),
        ("weekly_screen", "CE1", "/screen"),
        ("seen", "SEEN", "/emergency/seen"),
        ("clinician_ok", "OKD", "/screen/OKD"),
        ("profile", "country", "/profile/place?flow=1"),
        ("profile", None, "/profile/leg?flow=1"),
        ("pain_now", None, "/pain"),
    ],
)
def test_every_kind_of_ask_has_a_page(name: str, target: str | None, to: str) -> None:
    ask = Ask(name=name, target=target, words=decisions.words("Please."))  # type: ignore[arg-type]
    assert f'href="{to}"' in today(decisions.decision(session=decisions.plan(), asks=(ask,)))


REFUSED = {
    "ScreenMissing": ("A few more health questions come first", ["/screen"]),
    "StaleAnswers": ("Some answers need a fresh look", ["/screen"]),
    "UrgentSigns": ("Please talk to a doctor today", ["tel:111"]),
    "SeeClinicianFirst": ("Please see a clinician before you start", ["/pain"]),
    "ProgrammePaused": ("Let’s pause here", ["/pain"]),
    "PainMissing": ("First: how is it now?", ["/pain"]),
    "NothingFits": ("No exercise fits today. Rest is fine", ["/exercises"]),
    "ClockWentBack": ("Is the clock of this machine right?", ["/today"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_refusal_is_a_page_with_one_thing_to_press(name: RefusalName) -> None:
    page = today(decisions.refused(name))
    heading, buttons = REFUSED[name]
    assert h1(page) == heading
    assert [node.attrs["href"] for node in main_buttons(page)] == buttons


def test_who_is_too_young_is_told_so_and_sent_to_no_clinician_for_an_agreement() -> None:
    page = Visitor(people.too_young()).page("/today")
    assert load().words["screen.under_age"] in plain(page)
    ok = load().screening.clinician_ok
    assert f'href="/screen/{ok}"' not in page
    assert f'href="/screen/{ok}"' in Visitor(people.clinician_first()).page("/today")


def test_the_one_line_question_is_asked_on_the_page_itself() -> None:
    visitor = Visitor(people.month(), decisions.line_due())
    page = visitor.page("/today")
    line = next(q for q in load().screening.questions if q.id == load().screening.session_line)
    assert line.text in plain(page)
    for option in line.options:
        assert f'value="{option.id}"' in page
    assert 'action="/screen/SL1"' in page


def test_nothing_fits_says_which_limit_and_what_frees_it() -> None:
    later = people.NOW + dt.timedelta(days=2)
    locks = (decisions.lock("EX05", "R4", until=later), decisions.lock("EX17", "preference"))
    made = decisions.refused("NothingFits")
    assert made.refusal is not None
    limits: tuple[FreedLimit, ...] = ("minutes", "things", "rest")
    freed = tuple(
        Freed(limit=limit, exercises=("EX17",), words=decisions.words(f"Free {limit}.")) for limit in limits
    )
    refusal = msgspec.structs.replace(made.refusal, freed=freed)
    made = msgspec.structs.replace(made, clearance=decisions.clearance("G", locks=locks), refusal=refusal)
    visitor = Visitor(people.month(), made)
    page = visitor.page("/today")
    assert "EX05 waits for R4." in plain(page)
    assert "/profile/minutes" in page
    assert "/profile/things" in page
    assert "Free rest." in plain(page)
    assert 'href="/pain"' not in page.split("What would free it")[1].split("</ul>")[0]
    assert f"Have {load().exercises['EX17'].name} back" in plain(page)
    visitor.post("/today/back", {"exercise": "EX17"})
    wish = visitor.said("preference")[-1]
    assert (wish.name, wish.target, wish.value) == ("exercise_off", "EX17", False)


def test_a_pause_says_until_when() -> None:
    assert "Until Wednesday 25 November." in plain(today(decisions.refused("ProgrammePaused")))


def test_a_worse_day_asks_first_what_is_new() -> None:
    visitor = Visitor(people.ready())
    answer = visitor.post("/today/worse")
    assert answer.headers["location"] == "/screen/SL1"
    wish = visitor.said("preference")[-1]
    assert (wish.name, wish.value) == ("worse_today", True)
    visitor.post("/screen/SL1", {"answer": "no"})
    assert "Sorry it’s a rough one." in plain(visitor.page("/today"))


def test_a_few_minutes_only_and_back_again() -> None:
    visitor = Visitor(people.ready())
    whole = h1(visitor.page("/today"))
    visitor.post("/today/size", {"size": "small"})
    small = visitor.page("/today")
    assert h1(small) != whole
    assert "The whole plan after all" in plain(small)
    visitor.post("/today/size", {"size": "full"})
    assert h1(visitor.page("/today")) == whole


def test_after_the_session_the_day_is_done() -> None:
    diary = people.Diary("done")
    people.told(diary, people.NOW - dt.timedelta(hours=2))
    people.session(diary, people.NOW - dt.timedelta(minutes=40), decisions.plan(), 4, 5)
    visitor = Visitor(diary.journal, decisions.decision(session=decisions.plan()))
    # No answer to the screen is in this made-up journal; the decision stands for it.
    page = visitor.page("/today")
    assert h1(page) == "That’s today’s exercises done"
    assert [node.attrs["href"] for node in main_buttons(page)] == ["/pain"]


def test_the_day_that_is_done_shows_what_was_done_and_not_the_next_plan() -> None:
    diary = people.Diary("done")
    plan = decisions.plan()
    short = msgspec.structs.replace(plan, exercises=plan.exercises[1:3])
    people.session(diary, people.NOW - dt.timedelta(minutes=40), short, 4, 5, worse=True)
    page = Visitor(diary.journal, decisions.decision(session=plan)).page("/today")
    names = [node.text() for node in read(page)[0].all("h3")]
    assert names == [load().exercises[name].name for name in ("EX20", "EX16")]
    words = plain(page)
    assert "It felt easier after this." in words
    assert "It felt worse after this." in words


def test_a_first_visit_explains_before_it_asks() -> None:
    visitor = Visitor()
    assert visitor.get("/").headers["location"] == "/welcome"
    page = visitor.page("/today")
    assert h1(page) == "Before you move, we check that it is safe"
    assert [node.attrs["href"] for node in main_buttons(page)] == ["/screen"]
    assert Visitor(people.ready()).get("/").headers["location"] == "/today"


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ((6, 4), "2 points easier than yesterday"),
        ((4, 5), "1 point sorer"),
        ((4, 4), "about as it was yesterday"),
        ((None, 3), "at 3 this morning"),
    ],
)
def test_the_morning_is_set_beside_yesterdays(levels: tuple[int | None, int], words: str) -> None:
    diary = people.Diary("lede")
    for back, level in zip((1, 0), levels, strict=True):
        if level is not None:
            moment = people.NOW - dt.timedelta(days=back, minutes=5)
            diary.write(moment, Pain(when="morning", leg_nprs=level, distal=5))
    people.answer(diary, people.NOW - dt.timedelta(minutes=4), "CE1", "no")
    page = Visitor(diary.journal, decisions.decision(session=decisions.plan())).page("/today")
    assert words in plain(page)
    assert "The lowest place was: calf." in plain(page)


def test_at_most_one_decision_a_request_and_none_anew_within_the_minute() -> None:
    calls = []

    def counting(*args: object) -> Decision:
        calls.append(args)
        return decisions.full()

    visitor = Visitor(people.month(), decider=counting)
    visitor.page("/today")
    assert len(calls) == 1
    visitor.page("/helps")
    visitor.page("/history")
    assert len(calls) == 1
    visitor.clock.now += dt.timedelta(minutes=1)
    visitor.page("/today")
    assert len(calls) == 2
    visitor.post("/history/note", {"text": "a note"})
    visitor.page("/today")
    assert len(calls) == 3

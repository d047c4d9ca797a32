"""The report: two pages, what was told and no more, and nothing intimate that is not wanted."""

from __future__ import annotations

import datetime as dt
import functools
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.year import NOW as YEAR_END
from benchmarks.year import year
from tests.care.journals import made
from tests.exchange.papers import faults, flat, kinds, pictures, sizes
from tests.factories import Diary, at
from tests.knowledge.unread import FIGURES
from tests.web import people
from unpinch import __version__
from unpinch.exchange.paper import Asked
from unpinch.exchange.paper.answers import answers
from unpinch.exchange.paper.measures import measures
from unpinch.exchange.paper.report import ROOM, content, report
from unpinch.exchange.paper.sheet import content as sheet_content
from unpinch.exchange.paper.sheet import sheet
from unpinch.exchange.paper.typeset import pages
from unpinch.journal import Journal
from unpinch.journal.kinds import Data, Note, Pain, Profile, Questionnaire, Screen
from unpinch.knowledge import load
from unpinch.knowledge.clinical import Question
from unpinch.trials.demo import demo

KNOWN = load()
QUESTIONS = {question.id: question for question in KNOWN.screening.questions}
INTIMATE = [question for question in KNOWN.screening.questions if question.intimate]


def of(journal: Journal, now: dt.datetime = people.NOW, **more: object) -> Asked:
    return Asked(journal, now, KNOWN, **more)  # type: ignore[arg-type]


@functools.cache
def lived() -> Journal:
    return demo(people.NOW, random.Random(1), days=60)


def told(*data: Data) -> Journal:
    diary = Diary()
    for day, one in enumerate(data):
        diary.write(one, at(day))
    return diary.journal


def later(journal: Journal) -> Asked:
    return of(journal, at(len(journal), 12))


# --- two pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(
    "who", [people.nobody, people.half_screened, people.ready, people.month, people.emergency, lived, year]
)
def test_it_has_two_pages_at_most_and_everybody_can_read_it(who: object, paper: str) -> None:
    now = YEAR_END if who is year else people.NOW
    made_of = report(of(who(), now, paper=paper, intimate=True))  # type: ignore[operator]
    assert len(sizes(made_of)) == pages(made_of) <= 2
    assert set(sizes(made_of)) == {(595, 842) if paper == "a4" else (612, 792)}
    assert faults(made_of) == []


def test_the_most_that_one_can_tell_still_fits() -> None:
    """Every question answered with everything, every test, every scale, long names, a year of days."""
    diary = Diary("most")
    diary.entries.extend(year().entries)
    end = YEAR_END - dt.timedelta(hours=1)
    long = "W" * 199
    for question in KNOWN.screening.questions:
        some = tuple(option.id for option in question.options if option.id not in ("none", "no"))
        said = some if question.answer == "several" else some[0] if some else 71.0
        diary.write(Screen(question=question.id, answer=said, occasion="full", version="1"), end)
    diary.write(Profile(name=long, side="both", country="GB", birth_year=1950, sex="other"), end)
    labels = dict.fromkeys(("a1", "a2", "a3"), f"{long[:60]} {long[:60]}")
    for _ in range(2):
        diary.write(Questionnaire(instrument="PSFS", answers={"a1": 1, "a2": 2, "a3": 3}, labels=labels), end)
        diary.write(Questionnaire(instrument="RMDQ24", answers={"r01": 1}), end)
    made_of = report(of(diary.journal, YEAR_END, paper="letter", intimate=True))
    assert pages(made_of) == 2
    assert "More answers, left out for room" in flat(made_of)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**48), st.booleans())
def test_any_journal_gives_a_report_of_two_pages(seed: int, intimate: bool) -> None:
    person = made(seed)
    made_of = report(Asked(person.journal, person.now, KNOWN, paper="letter", intimate=intimate))
    assert 1 <= pages(made_of) <= 2


def test_what_is_graver_is_kept_when_there_is_little_room() -> None:
    asked = of(people.urgent())
    tight = answers(asked, 1)
    assert [row["name"] for row in tight["rows"]] == ["Foot drop"]
    assert tight["more"] is not None
    assert len(answers(asked, ROOM[0]["answers"])["rows"]) > 1


# --- what is in it ----------------------------------------------------------------------------------


def test_it_tells_who_what_and_what_it_rests_on_in_this_order() -> None:
    asked = of(people.month())
    words = flat(report(asked))
    order = [
        "Report for a clinician",
        "Year of birth: 1980",
        "Painful leg: right",
        "Clearance by the screen",
        "Leg pain each morning",
        "Measures",
        "Self-tests by side",
        "Answers to the screen",
        "What was done",
        "What seems to help",
        "Rules that fired in the last 14 days",
        "What this rests on",
        "self-reported",
        "not validated",
    ]
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    assert f"Unpinch {__version__}, knowledge {KNOWN.version}" in words
    assert f"decision {asked.decision.digest[:16]}" in words


def test_only_what_was_told_is_told() -> None:
    words = flat(report(of(told(Profile(side="left")), at(1))))
    assert "Painful leg: left" in words
    for name in ("Name:", "Year of birth", "Sex", "Country", "First episode"):
        assert name not in words
    assert "Nothing told about the person." in flat(report(of(people.nobody())))


def test_the_mornings_are_a_drawing_with_words() -> None:
    asked = of(people.month())
    (picture,) = pictures(report(asked))
    known = [one for one in asked.person.morning_entries if one.leg is not None]
    assert f"{len(known)} mornings" in picture
    svg = content(asked)["course"]["svg"]
    assert svg.count("<circle") == len(known)
    done = {
        one.ended_at.date()
        for one in asked.person.sessions.values()
        if one.event_last == "finished" and one.ended_at is not None
    }
    assert svg.count('z" fill') == len(done)
    assert content(of(people.nobody()))["course"] is None


def test_a_measure_is_read_beside_its_own_important_change() -> None:
    def scored(count: int) -> Questionnaire:
        return Questionnaire(instrument="RMDQ24", answers={f"r{n:02d}": 1 for n in range(1, count + 1)})

    def rows(*data: Data) -> dict[str, dict[str, str]]:
        return {row["name"]: row for row in measures(later(told(*data)))}

    name = "RMDQ-24, 0-24"
    assert rows(scored(20))[name]["reading"] == "one value so far"
    assert rows(scored(20), scored(16))[name]["reading"] == "less than the MIC"
    assert rows(scored(20), scored(15))[name]["reading"] == "better, MIC reached"
    assert rows(scored(6), scored(4))[name]["reading"] == "better, MIC reached"  # 30 per cent
    assert rows(scored(15), scored(20))[name]["reading"] == "worse, MIC reached"
    assert rows(scored(20), scored(15))[name]["mic"] == "5 points or 30 % (Ostelo 2008)"
    assert rows(scored(20), scored(15))[name]["change"] == "−5"

    def psfs(points: int) -> Questionnaire:
        answered = dict.fromkeys(("a1", "a2", "a3"), points)
        return Questionnaire(instrument="PSFS", answers=answered, labels={"a1": "tie my shoes"})

    better = rows(psfs(2), psfs(5))
    assert better["PSFS, mean of 0-10"]["reading"] == "better, MIC reached"
    assert better["PSFS, mean of 0-10"]["change"] == "+3"
    assert better["“tie my shoes”, 0-10"]["first"].startswith("2 ")
    assert better["Activity 2"]["last"].startswith("5 ")
    fallen = rows(Pain(when="now", leg_nprs=8), Pain(when="now", leg_nprs=6))
    assert fallen["Leg, now, NPRS 0-10"]["reading"] == "better, MIC reached"
    change = rows(Questionnaire(instrument="GROC", answers={"change": -3}))
    assert change["Global change, −5 to 5"]["reading"] == "worse, MIC reached"


def test_no_important_change_is_named_whose_source_nobody_has_read() -> None:
    unread = replace(KNOWN.questionnaires["RMDQ24"], mic_tag="M")
    knowledge = replace(KNOWN, questionnaires={**KNOWN.questionnaires, "RMDQ24": unread})
    asked = Asked(people.month(), people.NOW, knowledge)
    row = next(row for row in measures(asked) if row["name"].startswith("RMDQ"))
    assert (row["mic"], row["reading"]) == ("–", "–")


def test_no_detectable_change_is_named_whose_source_nobody_has_read() -> None:
    known = [row["mdc"] for row in content(of(people.month()))["tests"]]
    assert any("6.5" in mdc for mdc in known)
    tests = {name: replace(test, mdc_tag="M") for name, test in KNOWN.selftests.items()}
    asked = Asked(people.month(), people.NOW, replace(KNOWN, selftests=tests))
    assert {row["mdc"] for row in content(asked)["tests"]} == {"–"}


def test_each_sides_result_stands_on_its_own_side() -> None:
    asked = of(people.month())
    for finding, row in zip(asked.decision.findings, content(asked)["tests"], strict=True):
        if finding.left is not None and finding.right is not None:
            assert finding.left != finding.right
            assert row["left"].startswith(f"{finding.left:g} ")
            assert row["right"].startswith(f"{finding.right:g} ")
    assert "Left Right" in flat(report(asked))


def test_cant_tell_yet_is_an_answer_and_no_family_is_sorted_by_effect() -> None:
    asked = of(people.month())
    rows = content(asked)["helps"]
    order = [one.name for one in KNOWN.families.values()]
    names = [row["name"] for row in rows]
    assert names == sorted(names, key=order.index)
    assert "can't tell yet" in {row["verdict"] for row in rows}
    beliefs = [one for one in asked.decision.beliefs if one.level == "family" and one.when == "next_day"]
    for row, belief in zip(rows, [one for one in beliefs if one.days], strict=True):
        low, high = f"{belief.low:.2f}", f"{belief.high:.2f}"
        assert row["effect"].replace("−", "-").endswith(f"({low} to {high})")
        assert (row["verdict"].startswith("can't tell yet")) == (belief.verdict == "cant_tell_yet")
    assert "Can't tell yet." in flat(report(of(people.ready())))


def test_rules_say_what_they_saw() -> None:
    words = flat(report(of(people.month())))
    assert "Front-lying press-up: red day" in words
    assert "felt worse, leg before 3, leg worst 6" in words


def test_every_word_that_a_report_may_need_is_there() -> None:
    """Every question, every outcome of a rule and every value that a rule sees has its name."""
    words = KNOWN.words
    assert [one for one in QUESTIONS if f"report.screen.{one}" not in words] == []
    for seed in range(40):
        person = made(seed)
        content(Asked(person.journal, person.now, KNOWN))


def test_notes_stay_at_home() -> None:
    secret = "Nobody should read this but me."
    journal = Journal([*people.month().entries, *told(Note(text=secret)).entries])
    for intimate in (False, True):
        assert secret not in flat(report(of(journal, intimate=intimate)))
        assert secret not in flat(sheet(of(journal, intimate=intimate)))


def test_tables_have_heads() -> None:
    found = kinds(report(of(people.month())))
    assert found.count("/Table") == 5
    assert found.count("/THead") == 5
    assert found.count("/TH") >= 25


def test_the_same_journal_gives_the_same_bytes() -> None:
    assert report(of(people.month())) == report(of(people.month()))


def test_no_figure_of_others_that_nobody_has_read_is_in_an_empty_report() -> None:
    words = flat(report(of(people.nobody())))
    assert [figure for figure in FIGURES if re.search(figure, words)] == []


# --- what is intimate -------------------------------------------------------------------------------


def secrets(question: Question) -> set[str]:
    """Return the words that tell of an intimate answer, and of no other."""
    others = {option.label for one in KNOWN.screening.questions if not one.intimate for option in one.options}
    own = {option.label for option in question.options} - others
    return {question.text, KNOWN.words[f"report.screen.{question.id}"], *own}


def test_what_is_private_is_intimate_and_so_is_what_leads_to_it() -> None:
    assert {question.id for question in KNOWN.screening.questions if question.private} <= {
        question.id for question in INTIMATE
    }
    assert {"CE1", "CE2", "CE3", "CE5", "CA1", "CA2", "AG2", "IN2", "PR1", "BG1", "MH1"} == {
        question.id for question in INTIMATE
    }


def test_intimate_answers_are_left_out_until_they_are_wanted_and_the_report_says_so() -> None:
    closed, wanted = flat(report(of(people.emergency()))), flat(report(of(people.emergency(), intimate=True)))
    held = KNOWN.words["report.screen.held"]
    assert held in closed
    assert held not in wanted
    for words in (closed, wanted):
        assert "Emergency signs (tier E) are open. The person was told to go to a hospital at once." in words
    assert "an answer that is left out here" in closed
    assert "Bladder" not in closed
    assert "Saddle" not in closed
    assert "Bladder: Yes, in the last 2 weeks, or it is getting worse" in wanted


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**48))
def test_no_intimate_answer_is_in_what_leaves_unless_it_is_wanted(seed: int) -> None:
    """For any journal, in the report and on the sheet: neither question nor answer, nor a line to say."""
    person = made(seed)
    asked = Asked(person.journal, person.now, KNOWN)
    answered = [question for question in INTIMATE if question.id in asked.person.answers]
    plain = _everything(asked)
    for question in INTIMATE:
        assert [words for words in secrets(question) if words in plain] == [], question.id
    hidden = asked.hidden
    for action in KNOWN.actions.values():
        for line in action.lines:
            assert not set(line.flags) <= hidden or line.say not in plain
    assert (KNOWN.words["report.screen.held"] in plain) == bool(answered)


def _everything(asked: Asked) -> str:
    """Return all that goes into both papers, but what is the same for everybody."""
    on_sheet, in_report = sheet_content(asked), content(asked)
    for same in ("card", "stops", "before", "words"):
        on_sheet.pop(same)
    in_report.pop("words")
    return f"{on_sheet} {in_report}"


def test_the_property_finds_what_is_there() -> None:
    """With the answers wanted, the same search finds them: it is not blind."""
    asked = of(people.emergency(), intimate=True)
    plain = _everything(asked)
    assert any(words in plain for words in secrets(QUESTIONS["CE1"]))
    assert "I have new trouble peeing." in plain

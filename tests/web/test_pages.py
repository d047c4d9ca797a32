"""Every page in every state: it is there, it is sound, and it says what it must."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest

from tests.knowledge.reading import grade
from tests.web import decisions, people
from tests.web.client import Visitor, plain
from tests.web.markup import read
from tests.web.test_security import PAGES
from unpinch.knowledge import load

STATES: dict[str, Callable[[], Visitor]] = {
    "nobody": lambda: Visitor(),
    "half": lambda: Visitor(people.half_screened()),
    "ready": lambda: Visitor(people.ready()),
    "month": lambda: Visitor(people.month()),
    "emergency": lambda: Visitor(people.emergency()),
    "urgent": lambda: Visitor(people.urgent()),
    "clinician": lambda: Visitor(people.clinician_first()),
    "full": lambda: Visitor(people.month(), decisions.full()),
    "line": lambda: Visitor(people.month(), decisions.line_due()),
    **{
        name: partial(Visitor, made=decisions.refused(name), journal=people.month())
        for name in decisions.REFUSALS
    },
}


@pytest.mark.parametrize("state", STATES)
def test_pages_are_sound(state: str) -> None:
    """One h1, one main, labels for all fields, ids that are there and unique, closed elements."""
    visitor = STATES[state]()
    shown = 0
    for path in PAGES:
        answer = visitor.get(path)
        if answer.status_code == 303:
            continue
        assert answer.status_code in (200, 404), path
        shown += 1
        _, faults = read(answer.text)
        assert faults == [], path
    assert shown >= 6


@pytest.mark.parametrize("state", [state for state in STATES if "mergency" not in state])
def test_every_page_says_when_to_get_help(state: str) -> None:
    """The safety-net text and the ways to call and to tell of new symptoms stand on every page."""
    visitor = STATES[state]()
    net = " ".join(load().screening.safety_net.split())
    for path in PAGES:
        answer = visitor.get(path)
        if answer.status_code != 200:
            continue
        assert net in " ".join(plain(answer.text).replace("&#39;", "'").split()), path
        assert 'href="/new-symptoms"' in answer.text, path
        assert path.startswith("/emergency") or 'href="/emergency"' in answer.text, path


@pytest.mark.parametrize("state", STATES)
def test_whom_to_call_is_always_there(state: str) -> None:
    """In every state, also before the first answer, the page to call by opens and can be printed."""
    answer = STATES[state]().get("/emergency")
    assert answer.status_code == 200
    assert 'class="call"' in answer.text
    assert "data-print" in answer.text


def test_no_page_promises_or_shames() -> None:
    """The forbidden words stand nowhere but in what the article is quoted with."""
    forbidden = re.compile(
        r"\b(diagnos\w*|treats?|treatment|cures?|prescri\w+|patients?|all clear|streaks?|"
        r"well done|great job|fail(ed|ure))\b",
        re.IGNORECASE,
    )
    for visitor in (Visitor(), Visitor(people.month()), Visitor(people.month(), decisions.full())):
        for path in PAGES:
            if path in ("/article", "/sources"):
                continue
            words = plain(visitor.get(path).text).replace("we treat it like a yes", "")
            assert not forbidden.search(words), (path, forbidden.search(words))


def sentences(html: str) -> str:
    """Return what the main part of a page says, each piece closed as a sentence."""
    said = []
    for node in read(html)[0].all("main")[0].all("p", "h1", "h2", "h3", "li", "legend", "summary", "dd"):
        inside = [part for part in node.parts if isinstance(part, str) or part.tag in ("b", "a", "span", "i")]
        words = " ".join(" ".join(part if isinstance(part, str) else part.text() for part in inside).split())
        if len(words.split()) > 3:
            said.append(words if words[-1] in ".?!" else f"{words}.")
    return " ".join(said)


@pytest.mark.parametrize("state", STATES)
def test_every_page_can_be_read_at_the_age_of_eleven(state: str) -> None:
    """A Flesch-Kincaid grade of 6 at most; the wording of others (the RMDQ, titles of papers) aside."""
    visitor = STATES[state]()
    for path in PAGES:
        answer = visitor.get(path)
        if answer.status_code != 200 or path in ("/sources", "/questionnaire/RMDQ24"):
            continue
        words = sentences(answer.text)
        if len(words.split()) > 20:
            assert grade(words) <= 6, path


def test_library_shows_every_exercise_on_both_sides_and_in_every_way() -> None:
    visitor = Visitor(people.month())
    listed = visitor.page("/exercises")
    for exercise in load().exercises.values():
        assert f"/exercises/{exercise.id}" in listed
        for variant in exercise.variants:
            for side in ("left", "right"):
                page = visitor.page(f"/exercises/{exercise.id}?variant={variant.id}&side={side}")
                assert "{" not in plain(page)
                _, faults = read(page)
                assert faults == [], (exercise.id, variant.id)


def test_left_is_never_shown_as_right() -> None:
    """The steps of a sided exercise name the working side that was asked for."""
    visitor = Visitor(people.month())
    left = visitor.page("/exercises/EX16?side=left")
    right = visitor.page("/exercises/EX16?side=right")
    assert "left ankle on your right knee" in plain(left)
    assert "right ankle on your left knee" in plain(right)
    assert 'data-side="left"' in left
    assert 'data-side="left"' not in right


def test_library_finds_by_name_other_name_and_muscle() -> None:
    visitor = Visitor(people.month())
    assert "EX16" in visitor.page("/exercises?q=PIRIFORMIS")
    assert "EX01" not in visitor.page("/exercises?q=piriformis+stretch")
    nothing = visitor.page("/exercises?q=<b>none</b>")
    assert "Nothing here has" in nothing
    assert "<b>none</b>" not in nothing


def test_locks_say_why_and_a_wish_can_be_taken_back() -> None:
    visitor = Visitor(people.month(), decisions.full())
    assert "EX05 waits for R4." in visitor.page("/exercises/EX05")
    assert "Have it back" in visitor.page("/exercises/EX17")
    answer = visitor.post("/exercises/EX16/wish", {"off": "yes"})
    assert answer.headers["location"] == "/exercises/EX16"
    wish = visitor.said("preference")[-1]
    assert (wish.name, wish.target, wish.value) == ("exercise_off", "EX16", True)


def test_a_shut_exercise_does_not_move() -> None:
    """The figure of an exercise that waits stays still, so that nobody follows it."""
    locks = (decisions.lock("EX05", "R4"), decisions.lock("EX16", "FLEX", limit_to=("EX16b",)))
    made = decisions.decision(clearance=decisions.clearance("G", locks=locks), session=decisions.plan())
    visitor = Visitor(people.month(), made)
    assert 'class="fig"' in visitor.page("/exercises/EX05")
    assert "data-moving" not in visitor.page("/exercises/EX05")
    assert "data-moving" not in visitor.page("/exercises/EX16?variant=EX16c")
    assert "data-moving" in visitor.page("/exercises/EX16?variant=EX16b")
    assert "data-moving" in visitor.page("/exercises/EX29")


@pytest.mark.parametrize(
    "path",
    [
        "/exercises/EX99",
        "/exercises/EX16?variant=EX01",
        "/questionnaire/NPRS",
        "/questionnaire/X",
        "/screen/NONE",
        "/profile/none",
        "/figure/EX99.svg",
    ],
)
def test_what_is_not_there_is_said_plainly(path: str) -> None:
    page = Visitor(people.month()).page(path, status=404)
    assert "There is no such page" in page


@pytest.mark.parametrize("path", ["/exercises/EX16?side=up", "/figure/EX16.svg?at=2", "/history?page=x"])
def test_what_makes_no_sense_is_said_plainly(path: str) -> None:
    page = Visitor(people.month()).page(path, status=422)
    assert "That did not work" in page


def test_figures_are_served_as_data_and_as_pictures() -> None:
    visitor = Visitor(people.month())
    data = visitor.get("/figure/EX16.json").json()
    assert data["items"]
    left, right = (visitor.get(f"/figure/EX16.svg?side={side}").text for side in ("left", "right"))
    assert left.startswith("<svg")
    assert left != right
    assert visitor.get("/figure/EX99.json").json() == {"error": "There is no picture of this movement yet."}


def test_article_shows_each_claim_with_its_verdict_and_sources() -> None:
    page = Visitor(people.month()).page("/article")
    tree, _ = read(page)
    claims = [node for node in tree.all("article") if node.attrs.get("class") == "claim"]
    assert [node.attrs["id"] for node in claims].sort() == sorted(load().claims).sort()
    for node in claims:
        claim = load().claims[node.attrs["id"]]
        assert "So in Unpinch" in node.text()
        assert node.all("svg"), claim.id
        linked = {link.attrs["href"].removeprefix("/sources#") for link in node.all("a")}
        shown = {name for name in claim.sources if load().sources[name].tag in ("V", "D", "X")}
        assert linked == shown, claim.id


def test_sources_show_only_what_was_checked() -> None:
    page = Visitor(people.month()).page("/sources")
    for source in load().sources.values():
        assert (f'id="{source.id}"' in page) == (source.tag in ("V", "D", "X")), source.id


def test_settings_of_the_look_reach_the_page() -> None:
    visitor = Visitor(people.ready())
    for name, value in (("theme", "dark"), ("contrast", "more"), ("motion", "less")):
        assert visitor.post("/settings", {name: value}).status_code == 303
        assert f'data-{name}="{value}"' in visitor.page("/today")


def test_typefaces_may_be_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Without the laid-out typefaces the pages stand, and ask for none."""
    monkeypatch.setenv("UNPINCH_ASSETS", str(tmp_path))
    page = Visitor().page("/welcome")
    assert "fonts.css" not in page

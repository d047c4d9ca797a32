"""What is known: each statement with its source one tap away, each claim with its badge."""

from __future__ import annotations

import pytest

from tests.web import people
from tests.web.client import Visitor, plain
from tests.web.markup import Node, read
from unpinch.knowledge import load
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.pages import citations
from unpinch.web.claims import VERDICTS

KNOWN = load()
CLAIMED = [exercise.id for exercise in KNOWN.exercises.values() if exercise.claims]


def badges(page: str) -> dict[str, Node]:
    """Return the badges of a page by the claim they lead to."""
    found = {}
    for node in read(page)[0].all("div"):
        if node.attrs.get("class") == "badge-claim":
            [link] = [a for a in node.all("a") if a.attrs["href"].startswith("/article#")]
            found[link.attrs["href"].removeprefix("/article#")] = node
    return found


def check_badge(node: Node, name: str) -> None:
    """A badge holds the words of the article, the verdict, what was found and its sources."""
    claim, text = KNOWN.claims[name], node.text()
    leaves_out = claim.verdict == "gap"
    assert ("The article leaves out" if leaves_out else "The article says") in text
    assert claim.quote in text
    assert "Research says" in text
    verdict = VERDICTS[claim.verdict]
    assert verdict.words in text
    assert node.all("svg"), "never by words alone"
    assert claim.research in text
    assert claim.so in text
    # The sources stand outside of what is folded away.
    folded = {id(link) for fold in node.all("details") for link in fold.all("a")}
    open_links = {link.attrs["href"] for link in node.all("a") if id(link) not in folded}
    shown = [one for one in claim.sources if KNOWN.sources[one].tag in SHOWN_TAGS]
    assert open_links == {f"/sources#{one}" for one in shown}


def test_the_list_leads_to_each_page_and_is_found_from_everywhere() -> None:
    visitor = Visitor(people.month())
    listed = read(visitor.page("/learn"))[0].all("ol")[0]
    pages = sorted(KNOWN.pages.values(), key=lambda one: one.order)
    assert [link.attrs["href"] for link in listed.all("a")] == [f"/learn/{page.id}" for page in pages]
    for page in pages:
        assert page.title in listed.text()
        assert page.about in listed.text()
    for path in ("/today", "/helps", "/history", "/article", "/help", "/exercises/EX16"):
        assert 'href="/learn"' in visitor.page(path), path
    assert 'href="/learn/time"' in visitor.page("/helps")
    assert 'href="/learn/exercise"' in visitor.page("/help")


@pytest.mark.parametrize("name", KNOWN.pages)
def test_each_statement_has_its_source_one_tap_away(name: str) -> None:
    visitor = Visitor(people.month())
    tree = read(visitor.page(f"/learn/{name}"))[0]
    listed = visitor.page("/sources")
    told = [(node.text(), node) for node in tree.all("p") if node.all("cite")]
    assert len(told) == len(KNOWN.pages[name].statements)
    for statement in KNOWN.pages[name].statements:
        [node] = [node for text, node in told if text.startswith(statement.text)]
        links = [link.attrs["href"] for link in node.all("a")]
        assert links == [f"/sources#{one}" for one in citations(statement, KNOWN.claims)]
        for link in links:
            assert f'id="{link.removeprefix("/sources#")}"' in listed


@pytest.mark.parametrize("name", KNOWN.pages)
def test_each_claim_of_a_page_has_its_badge_once(name: str) -> None:
    page = Visitor(people.month()).page(f"/learn/{name}")
    wanted = list(dict.fromkeys(one for said in KNOWN.pages[name].statements for one in said.claims))
    found = badges(page)
    assert sorted(found) == sorted(wanted)
    assert page.count('class="badge-claim"') == len(wanted)
    for claim, node in found.items():
        check_badge(node, claim)


@pytest.mark.parametrize("exercise", CLAIMED)
def test_each_claim_of_an_exercise_has_its_badge(exercise: str) -> None:
    found = badges(Visitor(people.month()).page(f"/exercises/{exercise}"))
    assert list(found) == list(KNOWN.exercises[exercise].claims)
    for claim, node in found.items():
        check_badge(node, claim)


def test_no_words_of_the_article_stand_without_their_badge() -> None:
    """Most of all where research disagrees."""
    visitor = Visitor(people.month())
    quotes = {name: claim.quote for name, claim in KNOWN.claims.items() if claim.is_quote}
    addresses = [f"/learn/{name}" for name in KNOWN.pages] + [
        f"/exercises/{name}" for name in KNOWN.exercises
    ]
    seen = set()
    for address in addresses:
        page = visitor.page(address)
        found, words = badges(page), plain(page)
        for name, quote in quotes.items():
            if f"“{quote}”" in words:
                assert name in found, (address, name)
                seen.add(name)
    assert {"C14", "C15", "C18", "C25"} <= seen


def test_the_drawing_has_words_and_a_number_for_each_label() -> None:
    tree = read(Visitor(people.month()).page("/learn/anatomy"))[0]
    [board] = [node for node in tree.all("div") if node.attrs.get("class") == "board"]
    assert board.attrs["role"] == "img"
    assert len(board.attrs["aria-label"]) > 40
    drawn = [node.text() for node in board.all("text")]
    labels = KNOWN.pages["anatomy"].sections[0].labels
    assert drawn[:-2] == [str(number + 1) for number in range(len(labels))]
    [ordered] = [node for node in tree.all("ol") if node.attrs.get("class") == "labels"]
    assert [node.text() for node in ordered.all("span")] == drawn[:-2]


def test_left_stands_on_the_left_of_the_drawing_from_behind() -> None:
    """Seen from behind, the person's left is on the left: the letters and the nerve agree."""
    tree = read(Visitor(people.month()).page("/learn/anatomy"))[0]
    letters = {node.text(): float(node.attrs["x"]) for node in tree.all("text")}
    middle = 132.0  # of the spine
    assert letters["L"] < middle < letters["R"]
    thick = [node.attrs["d"] for node in tree.all("path") if node.attrs.get("class") == "nerve"]
    assert thick
    assert all(float(path[1:].split()[0]) > middle for path in thick)


def test_a_page_that_is_not_there_is_said_plainly() -> None:
    assert "There is no such page" in Visitor(people.month()).page("/learn/none", status=404)


def test_in_an_emergency_nobody_is_kept_reading() -> None:
    visitor = Visitor(people.emergency())
    assert visitor.get("/learn").headers["location"] == "/emergency"
    assert visitor.get("/learn/time").headers["location"] == "/emergency"
    assert Visitor(people.urgent()).get("/learn/time").status_code == 200

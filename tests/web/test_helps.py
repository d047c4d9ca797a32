"""What helps: words with their number in brackets, the same dots, and never sorted by effect."""

from __future__ import annotations

import pytest

from tests.web import decisions, people
from tests.web.client import Visitor, plain
from tests.web.markup import Node, read
from unpinch.knowledge import load
from unpinch.learning.beliefs import Trend
from unpinch.web.routes.helps import size_words, span_words, trend_words


def sections(page: str) -> dict[str, Node]:
    tree, _ = read(page)
    found = [node for node in tree.all("section") if node.attrs.get("class") == "effect"]
    return {node.all("h2")[0].text(): node for node in found}


def test_each_verdict_has_its_words_and_its_count() -> None:
    page = Visitor(people.month(), decisions.full()).page("/helps")
    found = sections(page)
    families = load().families
    said = {name: node.all("p")[0].text() for name, node in found.items()}
    assert said[families["sliders"].name].startswith("Easier mornings after these. Fairly sure (")
    assert said[families["hip_strength"].name].startswith("Can’t tell yet. Leaning easier (")
    assert said[families["buttock_stretch"].name] == "Can’t tell yet (10 in 20 easier)."
    assert said[families["forward_bend"].name].startswith("Harder mornings after these. Fairly sure (")
    assert said[families["back_bend"].name] == "Hardly any change after these."
    assert said[families["leg_strength"].name].startswith("Can’t tell yet. Leaning harder (")


def test_the_count_in_words_is_the_count_of_dots() -> None:
    page = Visitor(people.month(), decisions.full()).page("/helps")
    for name, node in sections(page).items():
        full = [dot for dot in node.all("circle") if dot.attrs.get("class") == "dot easier"]
        rings = [dot for dot in node.all("circle") if dot.attrs.get("class") == "dot harder"]
        assert len(full) + len(rings) == 20
        assert f"{len(full)} of 20 dots on the easier side" in node.text(), name


def test_the_order_is_that_of_the_knowledge_never_of_the_effect() -> None:
    made = decisions.full()
    page = Visitor(people.month(), made).page("/helps")
    told = [load().families[one.subject].name for one in made.beliefs if one.days]
    assert list(sections(page)) == told


def test_cant_tell_yet_is_as_large_as_any_verdict() -> None:
    page = Visitor(people.month(), decisions.full()).page("/helps")
    shapes = {tuple(p.attrs["class"] for p in node.all("p")[:1]) for node in sections(page).values()}
    assert shapes == {("verdict",)}


def test_certainty_is_never_claimed() -> None:
    made = decisions.decision(beliefs=(decisions.belief("sliders", "helps", -2.0),))
    words = plain(Visitor(people.month(), made).page("/helps"))
    assert "Fairly sure (more than 19 in 20)" in words


def test_headline_counts_the_verdicts() -> None:
    page = Visitor(people.month(), decisions.full()).page("/helps")
    assert read(page)[0].all("h1")[0].text() == (
        "One kind seems to help. One seems to make it harder. "
        "One seems to change little. Three we can’t tell yet."
    )


def test_before_anything_is_known_it_says_so() -> None:
    for made in (decisions.decision(), decisions.decision(baseline_days_left=3)):
        page = Visitor(people.ready(), made).page("/helps")
        assert read(page)[0].all("h1")[0].text() == "We can’t tell yet. Nobody could so soon."
        assert page.count('class="dot unknown"') == 20


def test_what_was_set_aside_can_be_asked_back() -> None:
    visitor = Visitor(people.month(), decisions.full())
    assert "Have them back" in plain(visitor.page("/helps"))
    assert visitor.post("/helps/back", {"family": "forward_bend"}).headers["location"] == "/helps"
    wish = visitor.said("preference")[-1]
    assert (wish.name, wish.target, wish.value) == ("ask_back", "forward_bend", True)
    assert "You asked for them back." in plain(visitor.page("/helps"))
    visitor.post("/helps/back", {"family": "none"})
    assert len(visitor.said("preference")) == 1


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (-0.1, "Best guess: hardly any change"),
        (0.2, "Best guess: hardly any change"),
        (-0.5, "Best guess: about half a point easier"),
        (-1.1, "Best guess: about 1 point easier"),
        (1.6, "Best guess: about 1.5 points harder"),
    ],
)
def test_an_effect_in_words(mean: float, words: str) -> None:
    assert size_words(mean) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-1.9, 0.1, "It could be anything from 2 points easier to no change."),
        (-0.2, 0.2, "It could be a little either way."),
        (-0.6, 1.0, "It could be anything from half a point easier to 1 point harder."),
        (0.4, 1.6, "It could be anything from half a point harder to 1.5 points harder."),
        (0.9, 1.1, "It could be close to that."),
    ],
)
def test_an_interval_in_words(low: float, high: float, words: str) -> None:
    assert span_words(low, high) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [(None, "needs more mornings"), ((-0.6, -0.4, -0.2), "get easier week by week (about 0.4 points"),
     ((0.1, 0.3, 0.5), "get harder"), ((-0.3, 0.0, 0.2), "stay much the same")],
)  # fmt: skip
def test_time_gets_its_own_credit(change: tuple[float, float, float] | None, words: str) -> None:
    assert words in trend_words(Trend(mornings=9, now=None, change_per_week=change, noise_sd=None))

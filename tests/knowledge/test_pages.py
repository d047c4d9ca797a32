"""The pages of what is known: in plain words, each statement with a source, each number vouched for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace

from tests.knowledge.reading import grade
from tests.knowledge.test_clinical import BANNED
from tests.knowledge.unread import FIGURES
from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.checks import check
from unpinch.knowledge.checks_pages import numbers
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Figure
from unpinch.knowledge.pages import Statement, citations

KNOWN = load()
PAGES = KNOWN.pages
UNREAD_SOURCE = next(source for source in KNOWN.sources.values() if source.tag == "M")


def spoken() -> list[tuple[str, str]]:
    """Return every sentence of the pages with its place."""
    told = []
    for page in PAGES.values():
        told += [(f"{page.id} title", page.title), (f"{page.id} about", page.about)]
        for part in page.sections:
            told += [
                (f"{page.id} {part.title}", text) for text in (part.title, part.alt, part.caption) if text
            ]
        told += [(page.id, one.text) for one in page.statements]
    return told


def with_statement(statement: Statement) -> Knowledge:
    """Return the knowledge with one more statement on the page of the course."""
    page = PAGES["time"]
    part = replace(page.sections[0], says=(*page.sections[0].says, statement))
    return replace(KNOWN, pages={**PAGES, "time": replace(page, sections=(part, *page.sections[1:]))})


def with_page(key: str, **fields: Any) -> Knowledge:
    """Return the knowledge with one page changed."""
    return replace(KNOWN, pages={**PAGES, key: replace(PAGES[key], **fields)})


def said(text: str = "It is so.", **fields: Any) -> Statement:
    """Return a statement that is sound but for ``fields``."""
    return Statement(**{"text": text, "tag": "V", "sources": ("suri2012",), **fields})


def test_the_five_pages_are_there_in_order() -> None:
    ordered = sorted(PAGES.values(), key=lambda page: page.order)
    assert [page.id for page in ordered] == ["what", "anatomy", "remedies", "time", "exercise"]


def test_each_remedy_of_the_article_has_its_section() -> None:
    titles = {part.title for part in PAGES["remedies"].sections}
    assert {"Nerve block", "Cortisone injection", "Chiropractor", "Massage and manipulation"} <= titles


def test_every_statement_rests_on_sources_that_may_be_shown() -> None:
    count = 0
    for page in PAGES.values():
        for one in page.statements:
            names = citations(one, KNOWN.claims)
            assert names, one.text
            assert {KNOWN.sources[name].tag for name in names} <= SHOWN_TAGS, one.text
            count += 1
    assert count > 60


def test_a_statement_without_sources_rests_on_those_of_its_claims() -> None:
    one = said(sources=(), claims=("C12", "C17"))
    assert citations(one, KNOWN.claims) == ("tomaszewski2016", "tonley2010")
    assert check(with_statement(one)) == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_can_be_read_at_the_age_of_nine_to_eleven(page: str) -> None:
    """A Flesch-Kincaid grade of 4 to 6 is the reading age of 9 to 11; lower is easier still."""
    told = [one.text for one in PAGES[page].statements]
    assert grade(" ".join(told)) <= 6
    for part in PAGES[page].sections:
        words = " ".join(one.text for one in (*part.labels, *part.says))
        assert grade(words) <= 7, part.title


def test_no_sentence_of_the_pages_is_hard() -> None:
    grades = {text: grade(text) for _, text in spoken() if len(text.split()) > 4}
    assert len(grades) > 60
    assert max(grades.values()) <= 9, max(grades, key=lambda text: grades[text])


def test_claims_and_what_follows_from_them_are_easy() -> None:
    for claim in KNOWN.claims.values():
        assert grade(f"{claim.research} {claim.so}") <= 7, claim.id


def test_pages_promise_nothing_and_hold_no_unread_figure() -> None:
    for place, text in spoken():
        assert not BANNED.search(text), (place, text)
        assert not [figure for figure in FIGURES if re.search(figure, text)], (place, text)


def test_pages_are_in_our_own_words() -> None:
    """No run of eight words of the article stands on a page; its quotes are marked as quotes."""
    quotes = " ".join(claim.quote for claim in KNOWN.claims.values() if claim.is_quote).casefold()
    words = re.findall(r"[a-z']+", quotes)
    runs = {tuple(words[place : place + 8]) for place in range(len(words) - 7)}
    for place, text in spoken():
        own = re.findall(r"[a-z']+", text.casefold())
        assert not [own[at : at + 8] for at in range(len(own) - 7) if tuple(own[at : at + 8]) in runs], place


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Of 6,062 bodies 17 in 100 had it.", ["6,062", "17", "100"]),
        ("about two in three, half of them", ["two in three", "half of"]),
        ("It could be 0.1.", ["0.1"]),
        ("L5 and S1, T12, one day, in two weeks", []),
    ],
)
def test_numbers_are_found(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in numbers(text)] == found


PLACE = "pages/time.yaml: 'It is so.'"
SHARE = "It is 7 in 9."
SHARE_PLACE = "pages/time.yaml: 'It is 7 in 9.'"


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (said(sources=("x",)), "source 'x' is no source"),
        (said(sources=()), f"{PLACE}: names no source and no claim"),
        (said(claims=("C99",)), f"{PLACE}: claim 'C99' is not known"),
        (said(tag="M"), f"{PLACE}: tagged M, which is never shown"),
        (said(tag="verify"), f"{PLACE}: tagged verify, which is never shown"),
        (said(tag="D"), f"{PLACE}: tagged D, but none of its sources is"),
        (
            said(sources=("suri2012", UNREAD_SOURCE.id)),
            f"{PLACE}: is shown, but its source {UNREAD_SOURCE.id!r} is tagged M",
        ),
        (said(SHARE), f"{SHARE_PLACE}: nobody vouches for the number '7'"),
        (
            said(SHARE, figures=(Figure(said="7", source="suri2012", tag="V"),)),
            f"{SHARE_PLACE}: nobody vouches for the number '9'",
        ),
        (
            said(SHARE, figures=(Figure(said="7 in 9", source="wang2020", tag="V"),)),
            f"{SHARE_PLACE}: figure '7 in 9' comes from 'wang2020', which is not cited",
        ),
        (
            said(figures=(Figure(said="7 in 9", source="suri2012", tag="V"),)),
            f"{PLACE}: figure '7 in 9' does not stand in the text",
        ),
        (
            said(SHARE, figures=(Figure(said="7 in 9", source="suri2012", tag="M"),)),
            "pages/time.yaml: sections 0: says 2: figures 0: tagged M, which is never shown",
        ),
        (
            said(
                SHARE,
                sources=("suri2012", UNREAD_SOURCE.id),
                figures=(Figure(said="7 in 9", source=UNREAD_SOURCE.id, tag="V"),),
            ),
            f"tagged V, but its source {UNREAD_SOURCE.id!r} is tagged M",
        ),
    ],
)
def test_a_faulty_statement_is_refused(statement: Statement, fault: str) -> None:
    faults = check(with_statement(statement))
    assert [one for one in faults if fault in one], faults


def test_a_sound_figure_is_taken() -> None:
    figure = Figure(said="7 in 9", source="suri2012", tag="V", read="78 %")
    assert check(with_statement(said(SHARE, figures=(figure,)))) == []


def test_a_number_of_a_claim_needs_somebody_who_read_it() -> None:
    claims = {**KNOWN.claims, "C18": replace(KNOWN.claims["C18"], figures=())}
    faults = check(replace(KNOWN, claims=claims))
    assert "claims.yaml: C18: nobody vouches for the number '6,062'" in faults


def test_a_note_of_an_exercise_rests_on_what_was_read() -> None:
    one = replace(KNOWN.exercises["EX12"], sources=(UNREAD_SOURCE.id,))
    faults = check(replace(KNOWN, exercises={**KNOWN.exercises, "EX12": one}))
    assert f"exercises/EX12.yaml: is shown, but its source {UNREAD_SOURCE.id!r} is tagged M" in faults


def test_faulty_pages_are_refused() -> None:
    order = check(with_page("time", order=1))
    assert [one for one in order if "order 1 is that of" in one]
    part = PAGES["time"].sections[0]
    empty = check(with_page("time", sections=(replace(part, says=()),)))
    assert "pages/time.yaml: section 0 says nothing" in empty
    drawn = check(with_page("time", sections=(replace(part, picture="nerve"),)))
    assert "pages/time.yaml: section 0: a picture needs its words and its labels" in drawn

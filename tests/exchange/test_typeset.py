"""Setting in type: the faces, the moment, the letters, and one clear line when something is missing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.exchange.papers import flat, opened
from tests.web import people
from unpinch.exchange.paper import Asked, PaperError, assets_folder
from unpinch.exchange.paper.sheet import sheet
from unpinch.exchange.paper.typeset import FACES, showable, typeset
from unpinch.journal import Journal, make
from unpinch.journal.kinds import Profile


def test_a_missing_face_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UNPINCH_ASSETS", str(tmp_path))
    with pytest.raises(PaperError, match=r"voice-400\.ttf is missing; run `make setup`") as told:
        sheet(Asked(people.nobody(), people.NOW))
    assert "\n" not in str(told.value)


def test_faces_are_found_where_the_webs_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("UNPINCH_ASSETS", raising=False)
    assert all((assets_folder() / "paper" / name).is_file() for name in FACES)
    monkeypatch.setenv("UNPINCH_ASSETS", str(tmp_path))
    assert assets_folder() == tmp_path


def test_the_moment_in_the_file_is_the_one_that_was_asked_for() -> None:
    summer = people.NOW.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30)))
    for now in (people.NOW, summer):
        with opened(sheet(Asked(people.nobody(), now))) as document:
            assert str(document.docinfo["/CreationDate"]) == "D:20261122083000Z"


def test_letters_without_a_face_become_question_marks() -> None:
    folder = str(assets_folder() / "paper")
    assert showable("Zoë 10 Łódź Мария", folder) == "Zoë 10 Łódź Мария"
    assert showable("山\u2028田\x07", folder) == "? ?"
    assert showable({"a": ["\U0001f9b5", 3, None, True]}, folder) == {"a": ["?", 3, None, True]}


def test_a_template_that_cannot_be_set_is_one_clear_line() -> None:
    with pytest.raises(PaperError, match=r"^sheet\.typ cannot be set: ") as told:
        typeset("sheet.typ", {"words": {}}, people.NOW)
    assert "\n" not in str(told.value)


def test_what_a_person_types_is_text_and_never_markup() -> None:
    name = '*bold* #panic("x") $x$ `code` @ref <label>'
    told = make("zz-0", people.NOW, Profile(name=name))
    journal = Journal([*people.ready().entries, told])
    assert f"For {name}" in flat(sheet(Asked(journal, people.NOW)))

"""What the Makefile can do is documented, and what is documented it can do."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def test_every_target_is_documented() -> None:
    told = set(
        re.findall(r"^\| `make ([a-z-]+)` \|", (ROOT / "docs" / "development.md").read_text(), re.MULTILINE)
    )
    assert told == TARGETS


def test_every_target_is_phony_and_in_help() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == TARGETS
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in shown.splitlines()} == TARGETS


@pytest.mark.parametrize("document", ["README.md", "docs/development.md", "CHANGELOG.md"])
def test_documents_name_only_targets_that_exist(document: str) -> None:
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / document).read_text()))
    assert named <= TARGETS


def test_the_readme_gives_the_two_commands() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    assert "make run" in commands
    assert "make test" in commands


def test_ci_runs_what_a_person_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert re.search(r"^exec make test\b", script.read_text(), re.MULTILINE)
    assert os.access(script, os.X_OK)


def test_the_first_target_is_help() -> None:
    assert re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)[0] == "help"


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE", "README.md", "CHANGELOG.md"])
def test_the_papers_are_there(name: str) -> None:
    assert (ROOT / name).read_text().strip()


def test_the_licence_is_apache_in_full() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability." in text
    assert "END OF TERMS AND CONDITIONS" in text

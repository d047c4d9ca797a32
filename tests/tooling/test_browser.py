"""A browser is found or asked for in one line, and tests that drive it are fenced in."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tools import browser as tool

ROOT = Path(__file__).resolve().parents[2]


def program(folder: Path, name: str) -> Path:
    """Write a program that does nothing."""
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder on the path of a machine that has no browser."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UNPINCH_CHROMIUM", raising=False)
    monkeypatch.setattr(tool, "_playwrights_own", lambda: None)
    return tmp_path


def test_the_named_browser_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "chromium")
    named = program(bare, "mine")
    monkeypatch.setenv("UNPINCH_CHROMIUM", str(named))
    assert tool.find_browser() == named


def test_a_wrong_name_is_not_passed_over(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "chromium")
    monkeypatch.setenv("UNPINCH_CHROMIUM", str(bare / "nowhere"))
    with pytest.raises(tool.NoBrowser, match="UNPINCH_CHROMIUM is .*nowhere"):
        tool.find_browser()
    with pytest.raises(tool.NoBrowser, match="UNPINCH_CHROMIUM is .*nowhere"):
        tool.install_browser()


@pytest.mark.parametrize("name", tool.NAMES)
def test_the_usual_names_are_found(bare: Path, name: str) -> None:
    named = program(bare, name)
    assert tool.find_browser() == named


def test_playwrights_own_comes_last(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = program(bare, "own")
    monkeypatch.setattr(tool, "_playwrights_own", lambda: own)
    assert tool.find_browser() == own


def test_debian_is_asked_for_a_package(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "apt-get")
    ran: list[list[str]] = []

    def run(command: list[str]) -> bool:
        ran.append(command)
        if "install" in command:
            program(bare, "chromium")
        return True

    monkeypatch.setattr(tool, "_quietly", run)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert tool.install_browser() == bare / "chromium"
    assert [command[-1] for command in ran] == ["update", "chromium"]


def test_without_rights_playwright_downloads_one(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "apt-get")
    ran: list[list[str]] = []

    def run(command: list[str]) -> bool:
        ran.append(command)
        monkeypatch.setattr(tool, "_playwrights_own", lambda: program(bare, "own"))
        return True

    monkeypatch.setattr(tool, "_quietly", run)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert tool.install_browser() == bare / "own"
    assert ran == [[sys.executable, "-m", "playwright", "install", "chromium"]]


def test_a_machine_without_any_is_told_what_to_do(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "_quietly", lambda command: False)
    with pytest.raises(tool.NoBrowser, match="install one, or set UNPINCH_CHROMIUM"):
        tool.install_browser()


def test_the_command_fails_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.browser", "--install"],
        cwd=ROOT,
        env={"UNPINCH_CHROMIUM": "/no/such/program", "PATH": "/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert len((done.stdout + done.stderr).splitlines()) == 1


def test_the_browser_starts_and_draws(page: Page) -> None:
    page.set_content("<title>Unpinch</title><button>Start</button>")
    assert page.get_by_role("button", name="Start").is_visible()


def test_axe_sees_an_image_without_words(page: Page, axe_source: str) -> None:
    page.set_content(
        '<html lang="en"><title>t</title><main><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>'
    )
    page.evaluate(axe_source)
    found = page.evaluate("() => axe.run().then(result => result.violations.map(v => v.id))")
    assert "image-alt" in found


def test_an_event_loop_runs_beside_the_browser(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("own_home")

    async def answer() -> int:
        return 42

    assert asyncio.run(answer()) == 42


def test_a_browser_that_was_started_is_chromium(browser: Browser) -> None:
    assert browser.browser_type.name == "chromium"
    assert browser.is_connected()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_no_test_leaves_the_machine(family: socket.AddressFamily) -> None:
    outside = "192.0.2.1" if family == socket.AF_INET else "2001:db8::1"
    with socket.socket(family) as one, pytest.raises(AssertionError, match="only loopback is allowed"):
        one.connect((outside, 80))

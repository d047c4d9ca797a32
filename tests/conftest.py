"""What every test shares: a home of its own, no network but loopback, and a browser."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Route, sync_playwright

from tools.browser import FLAGS, find_browser

ROOT = Path(__file__).resolve().parent.parent
# Thousands of cases in each: they run beside the browser, at full speed, where no line is counted.
PROOFS = (
    "care/test_properties.py",
    "care/test_signs.py",
    "learning/test_worlds.py",
    "stores/test_crash.py",
    "stores/test_survive.py",
)
LOOPBACK = {"127.0.0.1", "::1", "localhost", ""}

# A busy machine is no failure, so nothing is timed; in CI every run tries the same examples.
settings.register_profile(
    "unpinch",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.load_profile("unpinch")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for the browser and every proof, so that they can be run apart."""
    for item in items:
        if item.path.relative_to(ROOT / "tests").as_posix() in PROOFS:
            item.add_marker(pytest.mark.proof)
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the tests away from the journal of the person whose machine this is."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        if "PLAYWRIGHT_BROWSERS_PATH" not in os.environ and (cache / "ms-playwright").is_dir():
            patch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(cache / "ms-playwright"))
        for name in ("DATA", "CONFIG", "STATE", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        yield home


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse every connection that leaves the machine: health data never does."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0]) if isinstance(address, tuple) else str(address)
            if host not in LOOPBACK:
                raise AssertionError(f"a test tried to reach {host}; only loopback is allowed")
        connect(self, address)  # type: ignore[arg-type]  # the address of whatever family it is

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True)
def loop_of_ones_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide Playwright's idle event loop from tests that do not drive the browser.

    Playwright's synchronous interface leaves its loop marked as running in the thread for as long
    as the session's browser lives, and `asyncio.run` would then refuse in every later test.
    """
    idle = None if "browser" in request.fixturenames else asyncio._get_running_loop()
    if idle is not None:
        asyncio._set_running_loop(None)
    yield
    if idle is not None:
        asyncio._set_running_loop(idle)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Yield Playwright's synchronous interface."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Yield one headless Chromium for the whole run."""
    running = playwright.chromium.launch(executable_path=find_browser(), headless=True, args=list(FLAGS))
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Yield a fresh, empty browser profile that can reach this machine alone.

    The test fails when a page of it asked for anything elsewhere or raised an uncaught error.
    """
    outside: list[str] = []
    errors: list[str] = []

    def guard(route: Route, asked: Request) -> None:
        if urlsplit(asked.url).hostname in LOOPBACK:
            route.fallback()
        else:
            outside.append(asked.url)
            route.abort()

    fresh = browser.new_context()
    fresh.route(lambda url: url.startswith(("http:", "https:")), guard)
    fresh.on("weberror", lambda problem: errors.append(str(problem.error)))
    yield fresh
    fresh.close()
    assert outside == [], "a page asked for something outside this machine"
    assert errors == [], "a page raised an error that nothing caught"


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return an empty page in a fresh browser profile."""
    return context.new_page()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """Return axe-core, the accessibility checker, to be run inside a page."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

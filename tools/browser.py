"""Find the Chromium that drives the browser tests, or install one."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WHAT_TO_DO = (
    "The browser tests need Chromium or Chrome: install one, or set UNPINCH_CHROMIUM to its path, "
    "and run this again. (`make check` runs without it.)"
)

# Headless and silent: a browser that asks nobody for anything.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """No Chromium was found; the message is one line that says what to do."""


def find_browser() -> Path:
    """Return the path of a Chromium or Chrome on this machine.

    Looks at ``UNPINCH_CHROMIUM``, then at the usual names on the path, then at Playwright's own.

    Raises
    ------
    NoBrowser
        When there is none, or when ``UNPINCH_CHROMIUM`` names no file.
    """
    named = os.environ.get("UNPINCH_CHROMIUM")
    if named:
        if shutil.which(named) is None:
            raise NoBrowser(f"UNPINCH_CHROMIUM is {named}, and no program is there; correct or unset it.")
        return Path(named)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    own = _playwrights_own()
    if own is not None:
        return own
    raise NoBrowser(WHAT_TO_DO)


def _playwrights_own() -> Path | None:
    """Return the Chromium that Playwright installed, if it did.

    It is asked in a process of its own: a second Playwright in one thread is not allowed.
    """
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    path = Path(told.stdout.strip())
    return path if told.returncode == 0 and path.is_file() else None


def install_browser() -> Path:
    """Return a browser as `find_browser` does; where there is none, install one first.

    Tries Debian's packages (as root, or with a sudo that asks nothing), then Playwright's download.
    """
    try:
        return find_browser()
    except NoBrowser:
        if os.environ.get("UNPINCH_CHROMIUM"):
            raise
    for commands in (_debian_commands(), [[sys.executable, "-m", "playwright", "install", "chromium"]]):
        if not commands:
            continue
        print(f"setup: installing a browser for the tests: {' '.join(commands[-1])}", flush=True)
        if all(_quietly(command) for command in commands):
            try:
                return find_browser()
            except NoBrowser:
                continue
    raise NoBrowser(WHAT_TO_DO)


def _debian_commands() -> list[list[str]]:
    if shutil.which("apt-get") is None:
        return []
    root: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or not _quietly(["sudo", "-n", "true"]):
            return []
        root = ["sudo", "-n"]
    quiet = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return [[*quiet, "update"], [*quiet, "install", "-y", "--no-install-recommends", "chromium"]]


def _quietly(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


def main() -> int:
    """Print the browser's path; with ``--install`` get one where there is none."""
    parser = argparse.ArgumentParser(prog="tools.browser", description=main.__doc__)
    parser.add_argument("--install", action="store_true", help="install a browser when none is found")
    wanted = parser.parse_args()
    try:
        found = install_browser() if wanted.install else find_browser()
    except NoBrowser as problem:
        print(problem, file=sys.stderr)
        return 1
    if not wanted.install:
        print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Write NOTICE: what the installed program stands on, and under which licences.

Licences are read from the installed packages and from ``package-lock.json``, never typed in. A
licence that the project cannot live with (GPL, AGPL, non-commercial) stops the run.
"""

import argparse
import importlib.metadata
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
NOTICE = ROOT / "NOTICE"

HEAD = """\
Unpinch
Copyright 2026 The Unpinch authors

Unpinch is licensed under the Apache License, Version 2.0; the file LICENSE holds its text. This
repository holds only what its authors wrote. `make setup` installs the packages below, which belong
to their own authors. Each brings the full text of its licence with it.
"""

# What packages call a licence, where they do not use its SPDX name.
SPDX = {
    "apache 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd license": "BSD",
    "bsd": "BSD",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
}

# What the first line of a licence's own text says, for packages that state nothing else.
TITLES = {"the mit license (mit)": "MIT", "mit license": "MIT"}

# LGPL is not GPL: a program may stand on such a library without taking over its licence.
UNFIT = re.compile(
    r"(?<!L)GPL|Affero|(?<!Lesser )General Public|non.?commercial|\bNC\b|SSPL|BUSL", re.IGNORECASE
)


class Package(NamedTuple):
    """A package that the program stands on."""

    name: str
    licence: str
    part: str | None = None  # the optional part that alone asks for it


def unfit(licence: str) -> bool:
    """Return whether the project cannot live with `licence`, an SPDX expression.

    Of alternatives (``OR``) one that fits is enough. An exception for linking (``WITH``) is part
    of its licence, so the runtime libraries of compilers do not count as GPL.
    """
    alternatives = re.split(r"\s+OR\s+", re.sub(r"[()]", " ", licence), flags=re.IGNORECASE)
    parts = [re.split(r"\s+AND\s+", way, flags=re.IGNORECASE) for way in alternatives]
    return all(any(UNFIT.search(part) and " WITH " not in part.upper() for part in way) for way in parts)


def licence_of(name: str) -> str:
    """Return the licence that the installed package `name` states.

    Raises
    ------
    LookupError
        When the package is not installed here, or states no licence.
    """
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        raise LookupError(f"{name} is locked but not installed here; run `make setup-dev`") from None
    if "License-Expression" in told:
        return str(told["License-Expression"])
    classified = [
        c.rpartition("::")[2].strip() for c in told.get_all("Classifier") or [] if c.startswith("License ::")
    ]
    # A short field is a name, a long one the whole text.
    stated = str(told["License"]).strip() if "License" in told else ""
    if stated and len(stated) <= 80 and "\n" not in stated:
        return SPDX.get(stated.lower(), stated)
    if not classified and (titled := _title(name)):
        return titled
    if not classified:
        raise LookupError(f"{name} states no licence; find it out before it is used")
    return " AND ".join(SPDX.get(c.lower(), c) for c in sorted(set(classified)))


def _title(name: str) -> str | None:
    """Return the licence whose text the package `name` brings along, by its first line."""
    distribution = importlib.metadata.distribution(name)
    for file in distribution.metadata.get_all("License-File") or []:
        text = distribution.read_text(f"licenses/{file}") or ""
        lines = text.strip().splitlines()
        if lines and lines[0].strip().lower() in TITLES:
            return TITLES[lines[0].strip().lower()]
    return None


PARTS = ("body", "research")
"""The optional parts of the program; `dev` is no part of it."""


def python_names() -> dict[str, str | None]:
    """Return the Python packages of the running program, and which optional part alone asks for them."""
    locked = re.findall(
        r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE
    )
    names: dict[str, str | None] = {str(canonicalize_name(name)): None for name in locked}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for part in PARTS:
        queue = [Requirement(line).name for line in extras[part]]
        while queue:
            name = str(canonicalize_name(queue.pop()))
            if name in names:
                continue
            names[name] = part
            asked = (Requirement(line) for line in importlib.metadata.requires(name) or [])
            queue += [r.name for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})]
    return names


def packages() -> tuple[list[Package], list[Package]]:
    """Return the Python and the npm packages that the program stands on, by name."""
    python = [Package(name, licence_of(name), part) for name, part in sorted(python_names().items())]
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    npm = [
        Package(path.removeprefix("node_modules/"), entry["license"])
        for path, entry in sorted(lock.items())
        if path and not entry.get("dev")
    ]
    return python, npm


def text() -> str:
    """Return the text of NOTICE.

    Raises
    ------
    LookupError
        When a licence cannot be found out.
    ValueError
        When a licence is unfit; the message names the package.
    """
    python, npm = packages()
    for package in [*python, *npm]:
        if unfit(package.licence):
            raise ValueError(f"{package.name} is under {package.licence}, which this project leaves out")
    groups = [
        ("Python packages", [p for p in python if p.part is None]),
        *(
            (f"Python packages of the optional part `{part}`", [p for p in python if p.part == part])
            for part in PARTS
        ),
        ("Typefaces, from npm packages", npm),
    ]
    width = max(len(package.name) for package in [*python, *npm])
    blocks = [HEAD]
    for title, members in groups:
        rows = [f"  {member.name:<{width}}  {member.licence}\n" for member in members]
        blocks.append(f"{title}\n\n{''.join(rows)}")
    return "\n".join(blocks)


def main() -> int:
    """Write NOTICE; with ``--check`` only say whether it is as it should be."""
    parser = argparse.ArgumentParser(prog="tools.notice", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when it is out of date")
    try:
        wanted = text()
    except (LookupError, ValueError) as problem:
        print(f"notice: {problem}", file=sys.stderr)
        return 1
    if parser.parse_args().check:
        current = NOTICE.is_file() and NOTICE.read_text() == wanted
        if not current:
            print("notice: NOTICE is out of date; run `make notice`", file=sys.stderr)
        return 0 if current else 1
    NOTICE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())

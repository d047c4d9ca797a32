"""NOTICE names what the program stands on, and nothing of it is under an unfit licence."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tools import notice

ROOT = Path(__file__).resolve().parents[2]


def rows() -> dict[str, str]:
    """Return the licence of each package that NOTICE lists."""
    found = re.findall(r"^  (\S+)  +(\S.*)$", (ROOT / "NOTICE").read_text(), re.MULTILINE)
    return {name: licence for name, licence in found}


def test_notice_names_every_runtime_package() -> None:
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE)
    npm = json.loads((ROOT / "package.json").read_text())["dependencies"]
    missing = ({str(canonicalize_name(name)) for name in locked} | npm.keys()) - rows().keys()
    assert missing == set(), "run `make notice`"


def test_notice_is_what_the_packages_state() -> None:
    assert (ROOT / "NOTICE").read_text() == notice.text(), "run `make notice`"


def test_no_runtime_package_is_under_an_unfit_licence() -> None:
    assert rows()
    assert [name for name, licence in rows().items() if notice.unfit(licence)] == []


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "MIT AND GPL-2.0-only",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License v3",
        "CC-BY-NC-4.0",
        "Free for non-commercial use",
        "(GPL-2.0-only OR AGPL-3.0-only)",
    ],
)
def test_unfit_licences_are_seen(licence: str) -> None:
    assert notice.unfit(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "Apache-2.0 OR GPL-2.0-only",
        "LGPL-3.0-only",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1",
        "OFL-1.1",
        "MPL-2.0",
    ],
)
def test_fit_licences_pass(licence: str) -> None:
    assert not notice.unfit(licence)


def test_an_unfit_package_stops_the_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice, "licence_of", lambda name: "GPL-3.0-only" if name == "numpy" else "MIT")
    with pytest.raises(ValueError, match="numpy is under GPL-3.0-only"):
        notice.text()


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(LookupError, match="no-such-package-here is locked but not installed"):
        notice.licence_of("no-such-package-here")


def test_every_optional_part_is_listed() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(notice.PARTS) == extras.keys() - {"dev"}
    listed = {package.name: package.part for package in notice.packages()[0]}
    assert (listed["mujoco"], listed["pyarrow"], listed["numpy"]) == ("body", "research", None)

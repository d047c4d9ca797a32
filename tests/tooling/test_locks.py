"""The locks pin every package by its hash and name no registry."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.lock import SOURCES, commands

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# Written in halves, or this file would name them itself.
REGISTRIES = re.compile(
    "|".join(["pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "yarn" + r"pkg\.com"])
)


def entries(lock: Path) -> list[str]:
    """Return each requirement of a lock with its continuation lines joined."""
    text = re.sub(r"\\\n\s*", "", lock.read_text())
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def locked_versions(name: str) -> dict[str, set[str]]:
    """Return the versions of each package in a lock; markers can give a package two."""
    versions: dict[str, set[str]] = {}
    for entry in entries(ROOT / "requirements" / f"{name}.txt"):
        requirement = Requirement(entry.split(" --hash")[0])
        pins = {pin.version for pin in requirement.specifier if pin.operator == "=="}
        versions.setdefault(canonicalize_name(requirement.name), set()).update(pins)
    return versions


def wanted(name: str) -> list[Requirement]:
    """Return what pyproject.toml asks of the lock called `name`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    lines: dict[str, list[str]] = {
        "run": project["project"]["dependencies"],
        "dev": project["project"]["dependencies"] + extras["dev"] + extras["body"],
        **project["dependency-groups"],
    }
    return [r for r in map(Requirement, lines[name]) if r.name != "unpinch"]


def test_there_is_a_lock_for_every_source_and_no_other() -> None:
    assert {lock.stem for lock in LOCKS} == set(SOURCES)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_requirement_is_pinned_with_hashes(lock: Path) -> None:
    found = entries(lock)
    assert found
    for entry in found:
        assert re.match(r"[a-z0-9._-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_no_lock_holds_an_address(lock: Path) -> None:
    assert "://" not in lock.read_text()
    assert "--index" not in lock.read_text()
    assert "--find-links" not in lock.read_text()


@pytest.mark.parametrize("name", SOURCES)
def test_the_lock_fulfils_what_the_project_asks(name: str) -> None:
    versions = locked_versions(name)
    for requirement in wanted(name):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement} is not in requirements/{name}.txt; run `make lock`"
        assert all(requirement.specifier.contains(version) for version in found), requirement


def test_a_package_has_one_version_in_all_locks() -> None:
    run, dev, build = (locked_versions(name) for name in ("run", "dev", "build"))
    assert run.items() <= dev.items()
    assert all(dev.get(name, versions) == versions for name, versions in build.items())


def test_npm_packages_are_pinned_by_their_content() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = {path: entry for path, entry in json.loads(text)["packages"].items() if path}
    assert packages
    for path, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), path
        assert "resolved" not in entry, path


def test_the_npm_lock_fulfils_what_package_json_asks() -> None:
    asked = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    assert locked["dependencies"] == asked["dependencies"]
    assert locked["devDependencies"] == asked["devDependencies"]


def test_no_committed_file_names_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    files = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    assert ROOT / "pyproject.toml" in files
    naming = [
        str(file.relative_to(ROOT))
        for file in files
        if REGISTRIES.search(file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert naming == []


def test_relocking_keeps_pins_unless_asked() -> None:
    assert not any("--upgrade" in command for command in commands())
    newest = commands(upgrade=True)
    assert all("--upgrade" in command or "update" in command for command in newest)
    assert [command[-1] for command in newest][:-1] == [f"requirements/{name}.txt" for name in SOURCES]

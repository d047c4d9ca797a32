"""What can be run is named in the papers, and what the papers name can be run."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")


def commands(root: Path) -> set[str]:
    """Return the modules beside the program that have a command line."""
    found = {
        f"tools.{path.stem}"
        for path in (root / "tools").glob("*.py")
        if 'if __name__ == "__main__":' in path.read_text(encoding="utf-8")
    }
    return found | {path.parent.name for path in root.glob("*/__main__.py")}


def told(page: str) -> dict[str, str]:
    """Return the commands of the table, each with its line."""
    return dict(re.findall(r"^\| `python -m ([a-z_.]+)` \| (.+) \|$", page, re.MULTILINE))


def test_every_tool_with_a_command_line_is_told_in_one_line() -> None:
    assert told(PAGE).keys() == commands(ROOT)
    assert all(told(PAGE).values())


def test_a_tool_that_is_new_is_missed(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "new.py").write_text('if __name__ == "__main__":\n    pass\n')
    (tmp_path / "tools" / "helper.py").write_text("import new\n")
    (tmp_path / "speed").mkdir()
    (tmp_path / "speed" / "__main__.py").touch()
    assert commands(tmp_path) == {"tools.new", "speed"}
    assert told("| `python -m tools.old` | does it |\n") == {"tools.old": "does it"}


def test_other_pages_name_only_tools_that_exist() -> None:
    for path in (*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"):
        named = set(re.findall(r"python -m (tools\.[a-z_]+|benchmarks)", path.read_text(encoding="utf-8")))
        assert named <= commands(ROOT), path.name

"""Setting a page in type: templates, typefaces and what goes in become PDF, offline and always alike."""

from __future__ import annotations

import datetime as dt
import functools
import os
import re
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

TEMPLATES: Final = Path(__file__).parent / "templates"
STANDARDS: Final[list[Any]] = ["ua-1", "a-2a"]
"""Universal accessibility, and an archive's: tagged, every face embedded, nothing from outside."""

FACES: Final = ("voice-400.ttf", "text-400.ttf", "text-700.ttf")
"""The faces that the templates ask for, as setup cuts them."""

_UNKNOWN: Final = "?"
_LOST: Final = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_PAGE: Final = re.compile(rb"/Type\s*/Page\b(?!s)")


class PaperError(Exception):
    """Paper cannot be made; one line says why, and what to do."""


def assets_folder() -> Path:
    """Return where the typefaces are laid out, whether or not they are there."""
    named = os.environ.get("UNPINCH_ASSETS")
    return Path(named) if named else Path(__file__).parents[4] / "build" / "assets"


def typeset(template: str, content: dict[str, Any], now: dt.datetime) -> bytes:
    """Return a PDF.

    Parameters
    ----------
    template
        Name of a file in ``templates``.
    content
        What goes in: text, numbers, lists and dicts alone. Text is text, never markup.
    now
        The moment that stands in the file as that of its making.

    Raises
    ------
    PaperError
        When a typeface is not there, or the template cannot be set.
    """
    folder = assets_folder() / "paper"
    missing = [name for name in FACES if not (folder / name).is_file()]
    if missing:
        raise PaperError(f"the typeface {folder / missing[0]} is missing; run `make setup`")
    shown = showable(content, str(folder))
    try:
        return _compile(template, shown, now, str(folder))
    except typst.TypstError as error:
        if not _LOST.search(str(error)):
            raise PaperError(f"{template} cannot be set: {_line(error)}") from error
    # Letters that can be shown alone but not together: the rest must still come out.
    return _compile(template, _plain(shown), now, str(folder))


def pages(pdf: bytes) -> int:
    """Return how many pages a PDF has that `typeset` made."""
    return len(_PAGE.findall(pdf))


def showable(content: Any, folder: str) -> Any:
    """Return the content with a question mark for each letter that no typeface here has."""
    if isinstance(content, str):
        if content.isascii() and content.isprintable():
            return content
        return "".join(_letter(letter, folder) for letter in content)
    if isinstance(content, dict):
        return {key: showable(value, folder) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [showable(value, folder) for value in content]
    return content


def _letter(letter: str, folder: str) -> str:
    if letter.isspace():
        return "\n" if letter == "\n" else " "
    if letter.isascii():
        return letter if letter.isprintable() else ""
    return letter if _has(letter, folder) else _UNKNOWN


@functools.lru_cache(maxsize=4096)
def _has(letter: str, folder: str) -> bool:
    """Try whether a letter can be shown."""
    source = b'#set document(title: "x")\n#set text(font: "Unpinch Text")\n#sys.inputs.letter'
    try:
        compiler = typst.Compiler(source, font_paths=_fonts(folder), sys_inputs={"letter": letter})
        compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=0)
    except typst.TypstError:
        return False
    return True


@functools.lru_cache(maxsize=4)
def _fonts(folder: str) -> typst.Fonts:
    # Those that typst brings along stand in for letters that ours lack. The machine's own are left
    # out: the same journal must give the same bytes everywhere.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def _compile(template: str, content: dict[str, Any], now: dt.datetime, folder: str) -> bytes:
    compiler = typst.Compiler(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=_fonts(folder),
        sys_inputs={"content": msgspec.json.encode(content).decode()},
    )
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(now.timestamp()))
    assert isinstance(made, bytes)
    return made


def _plain(content: Any) -> Any:
    if isinstance(content, str):
        return content.encode("ascii", "replace").decode()
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    return [_plain(value) for value in content] if isinstance(content, list) else content


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]

"""Lay out the front-end files that pages use, from ``node_modules`` into ``build/assets``.

The typefaces are dependencies: locked in ``package-lock.json``, never kept in this repository.
Each keeps its licence text (SIL Open Font License 1.1) beside it. Paper cannot use what the web
uses: for it each face is cut into static TrueType files of the weights that the sheets are set in.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.merge import Merger
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
FONTS = ROOT / "build" / "assets" / "fonts"
PAPER_FONTS = ROOT / "build" / "assets" / "paper"

# package -> the files of it that pages ask for
FONT_FILES = {
    "@fontsource/young-serif": [
        "young-serif-latin-400-normal.woff2",
        "young-serif-latin-ext-400-normal.woff2",
    ],
    "@fontsource-variable/atkinson-hyperlegible-next": [
        "atkinson-hyperlegible-next-latin-wght-normal.woff2",
        "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
    ],
    "@fontsource-variable/lexend": [
        "lexend-latin-wght-normal.woff2",
    ],
}


class Cut(NamedTuple):
    """A static face for paper: the web's files that it is put together from, and what it is called."""

    files: tuple[str, ...]
    family: str
    weight: int
    zero: str | None = None  # the file whose zero takes the place of its own


_TEXT = (
    "atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
)
_ZERO = "lexend-latin-wght-normal.woff2"
_ZERO_SIZE = 0.954  # as in fonts.css
_VOICE = ("young-serif-latin-400-normal.woff2", "young-serif-latin-ext-400-normal.woff2")
CUTS: dict[str, Cut] = {
    "voice-400.ttf": Cut(_VOICE, "Unpinch Voice", 400),
    # The slashed zero makes 10 look like 18 from afar, on paper as on the screen.
    **{f"text-{weight}.ttf": Cut(_TEXT, "Unpinch Text", weight, _ZERO) for weight in (400, 700)},
}
"""Faces that the sheets are set in, by the name of their file; templates ask for the families."""


def lay_out(modules: Path = MODULES, fonts: Path = FONTS) -> list[Path]:
    """Copy the typefaces and their licences into `fonts`; return the files written.

    Raises
    ------
    FileNotFoundError
        When a package lacks a file that is expected of it; the message names the file.
    """
    wanted: dict[str, Path] = {}
    for package, names in FONT_FILES.items():
        folder = modules / package
        wanted |= {name: folder / "files" / name for name in names}
        wanted[f"LICENSE-{folder.name}.txt"] = folder / "LICENSE"
    missing = [source for source in wanted.values() if not source.is_file()]
    if missing:
        raise FileNotFoundError(f"{missing[0]} is missing; run `make setup`")
    fonts.mkdir(parents=True, exist_ok=True)
    # Files of an earlier list would be served for ever.
    for old in set(fonts.iterdir()) - {fonts / name for name in wanted}:
        old.unlink()
    for name, source in wanted.items():
        shutil.copyfile(source, fonts / name)
    return [fonts / name for name in wanted]


def cut(fonts: Path = FONTS, paper: Path = PAPER_FONTS) -> list[Path]:
    """Cut the static faces for paper out of the web's files in `fonts`; return the files written.

    Raises
    ------
    FileNotFoundError
        When a file of the web's is not there; the message names it.
    """
    for name in dict.fromkeys((*_VOICE, *_TEXT, _ZERO)):
        if not (fonts / name).is_file():
            raise FileNotFoundError(f"{fonts / name} is missing; run `make setup`")
    paper.mkdir(parents=True, exist_ok=True)
    licences = sorted(fonts.glob("LICENSE-*.txt"))
    for old in set(paper.iterdir()) - {paper / name for name in (*CUTS, *(one.name for one in licences))}:
        old.unlink()
    for name, one in CUTS.items():
        _cut(one, fonts).save(paper / name)
    for licence in licences:
        shutil.copyfile(licence, paper / licence.name)
    return [*(paper / name for name in CUTS), *(paper / licence.name for licence in licences)]


def _cut(one: Cut, fonts: Path) -> Any:
    """Return one static face, under a name of its own: what was changed must not go by the old one."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, name in enumerate(one.files):
            parts.append(str(Path(folder) / f"{number}.ttf"))
            _static(fonts / name, one.weight).save(parts[-1])
        face: Any = Merger().merge(parts)
    if one.zero is not None:
        _plain_zero(face, _static(fonts / one.zero, one.weight))
    face["OS/2"].usWeightClass = one.weight
    style = "Bold" if one.weight >= 700 else "Regular"
    full = f"{one.family} {style}"
    named = {1: one.family, 2: style, 4: full, 6: full.replace(" ", "")}
    face["name"].names = [kept for kept in face["name"].names if kept.nameID not in (*named, 3, 16, 17, 25)]
    for number, words in named.items():
        face["name"].setName(words, number, 3, 1, 0x409)
    # The same files give the same bytes.
    face["head"].created = face["head"].modified = 0
    face.recalcTimestamp = False
    return face


def _static(file: Path, weight: int) -> Any:
    """Return a face at one weight, without the hints that do not mix and that paper does not need."""
    face: Any = TTFont(file, recalcTimestamp=False)
    if "fvar" in face:
        face = instantiateVariableFont(face, {"wght": weight})
    for table in ("cvt ", "fpgm", "prep", "gasp", "MVAR", "STAT"):
        if table in face:
            del face[table]
    for glyph in face["glyf"].glyphs.values():
        glyph.removeHinting()
    face.flavor = None
    return face


def _plain_zero(face: Any, other: Any) -> None:
    """Put the zero of another face in the place of a face's own."""
    theirs, ours = other.getBestCmap()[ord("0")], face.getBestCmap()[ord("0")]
    pen = TTGlyphPen(None)
    other.getGlyphSet()[theirs].draw(TransformPen(pen, (_ZERO_SIZE, 0, 0, _ZERO_SIZE, 0, 0)))
    glyph = pen.glyph()
    glyph.recalcBounds(face["glyf"])
    face["glyf"][ours] = glyph
    face["hmtx"][ours] = (round(other["hmtx"][theirs][0] * _ZERO_SIZE), glyph.xMin)


if __name__ == "__main__":
    try:
        print(f"{len(lay_out())} files in {FONTS.relative_to(ROOT)}")
        print(f"{len(cut())} files in {PAPER_FONTS.relative_to(ROOT)}")
    except OSError as problem:
        sys.exit(str(problem))

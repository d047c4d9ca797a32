"""Lay out the front-end files that pages use, from ``node_modules`` into ``build/assets``.

The typefaces are dependencies: locked in ``package-lock.json``, never kept in this repository.
Each keeps its licence text (SIL Open Font License 1.1) beside it.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
FONTS = ROOT / "build" / "assets" / "fonts"

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


if __name__ == "__main__":
    try:
        print(f"{len(lay_out())} files in {FONTS.relative_to(ROOT)}")
    except OSError as problem:
        sys.exit(str(problem))

"""A contact sheet of every movement: start and end, light and dark, as PNG through headless Chromium.

python -m tools.contact_sheet [--out build] [--side right|left] [--columns N] [ID ...]
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from pathlib import Path

from tools.browser import FLAGS, find_browser
from unpinch.body import describe, movement_ids, svg
from unpinch.body.figure import Side

ROOT = Path(__file__).resolve().parents[1]

LIGHT = {
    "--ground": "oklch(94.8% 0.021 128)",
    "--ink": "oklch(25.5% 0.045 318)",
    "--act": "oklch(37.5% 0.11 322)",
    "--edge": "oklch(54.5% 0.045 318)",
    "--now": "oklch(85.5% 0.155 98)",
    "--on-now": "oklch(25.5% 0.045 318)",
}
DARK = {
    "--ground": "oklch(20.5% 0.028 318)",
    "--ink": "oklch(94.5% 0.018 120)",
    "--act": "oklch(86.5% 0.075 322)",
    "--edge": "oklch(64% 0.045 318)",
    "--now": "oklch(88% 0.15 100)",
    "--on-now": "oklch(21.5% 0.045 318)",
}


def page(
    ids: list[str],
    side: Side,
    theme: dict[str, str],
    columns: int,
    moments: list[float],
    width: int,
    words: bool,
) -> str:
    """The sheet as HTML."""
    tokens = ";".join(f"{name}:{value}" for name, value in theme.items())
    cells = []
    for name in ids:
        stills = "".join(svg(name, side=side, at=at, title=name) for at in moments)
        note = f"<p>{describe(name, side)}</p>" if words else ""
        cells.append(f"<figure><figcaption>{name}</figcaption><div>{stills}</div>{note}</figure>")
    style = (
        f":root{{{tokens}}}body{{margin:8px;background:var(--ground);color:var(--ink);font:14px sans-serif;"
        f"display:grid;grid-template-columns:repeat({columns},1fr);gap:8px}}"
        "figure{margin:0;border:1px solid var(--edge);padding:4px}figure div{display:flex}"
        f"svg{{width:{width}px;height:{width * 3 // 4}px}}p{{margin:2px;font-size:12px}}"
    )
    return f"<!doctype html><style>{style}</style>{''.join(cells)}"


def shoot(html: str, out: Path, width: int, height: int) -> None:
    """Render HTML to PNG."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "sheet.html"
        source.write_text(html, encoding="utf-8")
        subprocess.run(
            [
                find_browser(),
                "--headless",
                "--hide-scrollbars",
                *FLAGS,
                f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height}",
                f"--screenshot={out}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def main() -> None:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    parser.add_argument("--side", default="right")
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--width", type=int, default=250)
    parser.add_argument("--at", type=float, nargs="*", default=[0.0, 1.0])
    parser.add_argument("--theme", choices=["light", "dark", "both"], default="both")
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--name", default="contact_sheet")
    asked = parser.parse_args()
    ids = [
        name for name in movement_ids() if not asked.ids or any(re.fullmatch(one, name) for one in asked.ids)
    ]
    asked.out.mkdir(parents=True, exist_ok=True)
    columns = min(asked.columns, len(ids))
    rows = -(-len(ids) // columns)
    wide = columns * (len(asked.at) * asked.width + 22) + 16
    tall = rows * (asked.width * 3 // 4 + (90 if asked.words else 42)) + 16
    for theme, tokens in (("light", LIGHT), ("dark", DARK)):
        if asked.theme in (theme, "both"):
            out = asked.out / f"{asked.name}_{theme}.png"
            shoot(
                page(ids, asked.side, tokens, columns, asked.at, asked.width, asked.words),
                out.resolve(),
                wide,
                tall,
            )
            print(out)


if __name__ == "__main__":
    main()

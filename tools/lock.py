"""Write the locks anew from pyproject.toml and package.json.

Versions that are locked already stay, unless ``--upgrade`` asks for the newest.
Each lock is bounded by the one before, so that a package has one version in all of them.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
    "--generate-hashes", "--no-emit-index-url", "--no-header",
)  # fmt: skip

# lock -> what it is made from
SOURCES = {
    "run": ("pyproject.toml",),
    "dev": ("pyproject.toml", "--extra", "dev"),
    "build": ("--group", "pyproject.toml:build"),
    "uv": ("--group", "pyproject.toml:uv"),
    "node": ("--group", "pyproject.toml:node"),
}


def commands(*, upgrade: bool = False) -> list[list[str]]:
    """Return the commands that write every lock, in order."""
    uv = str(Path(sys.executable).with_name("uv"))
    made: list[list[str]] = []
    bounds: list[str] = []
    newest = ["--upgrade"] if upgrade else []
    for name, source in SOURCES.items():
        made.append([uv, *COMPILE, *newest, *bounds, *source, "-o", f"requirements/{name}.txt"])
        if name != "uv":
            bounds += ["-c", f"requirements/{name}.txt"]
    npm = shutil.which("npm") or str(Path(sys.executable).with_name("npm"))
    verb = "update" if upgrade else "install"
    made.append([npm, verb, "--package-lock-only", "--no-audit", "--no-fund"])
    return made


def main() -> int:
    """Write the locks; stop at the first that fails."""
    parser = argparse.ArgumentParser(prog="tools.lock", description=main.__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    for command in commands(upgrade=parser.parse_args().upgrade):
        print(f"lock: {Path(command[0]).name} {command[1]} {command[-1]}", flush=True)
        if subprocess.run(command, cwd=ROOT).returncode != 0:
            print("lock: stopped; the locks before this one are written anew", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

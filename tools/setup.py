"""Make a fresh checkout ready, with the standard library alone.

``python tools/setup.py run`` installs what the program needs, ``check`` also what the tests need, and
``dev`` a browser for them as well.
Each step is remembered in ``.venv/unpinch-setup.json`` under the hash of the files that it was made
from, so a second run does nothing. What goes wrong ends in one line that says what to do; the
details are in ``build/setup.log``.
"""

import contextlib
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / "unpinch-setup.json"
LOG = ROOT / "build" / "setup.log"
NODE_MAJOR_MIN = 20


class SetupError(Exception):
    """A step could not be done; the message is one line that says what to do."""


def say(line: str) -> None:
    """Print one line at once, so that a slow step is seen to be under way."""
    print(f"setup: {line}", flush=True)


def fingerprint(*names: str) -> str:
    """Return the SHA-256 over the named files of the project, in order."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()


def read_stamps() -> dict[str, str]:
    """Return what earlier runs finished, or nothing where the record is missing or torn."""
    try:
        found = json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def stamp(step: str, value: str) -> None:
    """Remember that `step` is done for `value`."""
    stamps = read_stamps()
    stamps[step] = value
    STAMPS.write_text(json.dumps(stamps, indent=1, sort_keys=True))


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second setup of the same checkout wait for the first."""
    LOG.parent.mkdir(exist_ok=True)
    with open(LOG.with_name("setup.lock"), "w") as lock:
        try:
            import fcntl
        except ImportError:  # not on Windows, where make is rare and two at once rarer
            yield
            return
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def attempt(command: Sequence[str | Path], env: Mapping[str, str]) -> bool:
    """Run `command` with its output in the log; return whether it succeeded."""
    with open(LOG, "a", encoding="utf-8") as log:
        log.write("\n$ " + " ".join(map(str, command)) + "\n")
        log.flush()
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        except OSError as error:
            log.write(f"{error}\n")
            return False
    return done.returncode == 0


def make_venv() -> None:
    """Create ``.venv`` unless a working one of this very folder is there."""
    stamps = read_stamps()
    works = PYTHON.exists() and attempt(
        [PYTHON, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"], os.environ
    )
    # The scripts of an environment name its folder, so a moved or copied one has to be made anew.
    if works and stamps.get("root", str(ROOT)) == str(ROOT):
        if "root" not in stamps:
            stamp("root", str(ROOT))
        return
    say(f"making .venv with Python {sys.version_info.major}.{sys.version_info.minor}")
    # This may be running on the very .venv that is to be made anew: build it from what is below it.
    below = getattr(sys, "_base_executable", None) or sys.executable
    if not attempt([below, "-m", "venv", "--clear", VENV], os.environ):
        raise SetupError(
            "Python could not make .venv (see build/setup.log); "
            "on Debian and Ubuntu `apt install python3-venv` brings what is missing."
        )
    stamp("root", str(ROOT))


@functools.cache
def tool_environment() -> Mapping[str, str]:
    """Return the environment for uv and npm, with pip's own network settings passed on.

    People set up proxies, mirrors and certificates for pip; uv and npm read other variables.
    """
    env = dict(os.environ)
    env["PATH"] = f"{BIN}{os.pathsep}{env.get('PATH', '')}"
    env["VIRTUAL_ENV"] = str(VENV)
    env["UV_PYTHON_DOWNLOADS"] = "never"
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], cwd=ROOT, env=env, capture_output=True, text=True
    ).stdout
    pip: dict[str, str] = {}
    # pip lists the settings from the weakest to the strongest, but for the environment's.
    for line in sorted(listed.splitlines(), key=lambda line: line.startswith(":env:")):
        key, _, value = line.partition("=")
        pip[key.rpartition(".")[2]] = value.strip("'\"")
    if "index-url" in pip and not {"UV_INDEX_URL", "UV_DEFAULT_INDEX"} & env.keys():
        env["UV_DEFAULT_INDEX"] = pip["index-url"]
    if "cert" in pip:
        env.setdefault("SSL_CERT_FILE", pip["cert"])
        env.setdefault("NODE_EXTRA_CA_CERTS", pip["cert"])
    return env


def install(*names: str) -> None:
    """Install locked requirement files: by uv, or by pip where uv does not get through."""
    files: list[str | Path] = [part for name in names for part in ("-r", f"requirements/{name}.txt")]
    env = tool_environment()
    if attempt([BIN / "uv", "pip", "install", "--python", PYTHON, "--require-hashes", *files], env):
        return
    say("uv did not get through; trying pip")
    if not attempt([PYTHON, "-m", "pip", "install", "--require-hashes", *files], env):
        raise SetupError(
            "the Python packages could not be installed (see build/setup.log); "
            "check the network connection and run this again."
        )


def install_uv() -> None:
    """Install uv itself, by the pip that came with Python."""
    value = fingerprint("requirements/uv.txt")
    if read_stamps().get("uv") == value:
        return
    say("installing uv")
    if not attempt(
        [PYTHON, "-m", "pip", "install", "--require-hashes", "-r", "requirements/uv.txt"], tool_environment()
    ):
        raise SetupError(
            "pip could not install uv (see build/setup.log); "
            "check the network connection and pip's settings, and run this again."
        )
    stamp("uv", value)


def install_python(mode: str) -> None:
    """Install the locked packages of `mode`, and the project itself as an editable package."""
    for name in ["run"] if mode == "run" else ["run", "dev"]:
        value = fingerprint("requirements/build.txt", f"requirements/{name}.txt")
        if read_stamps().get(name) != value:
            what = "the program" if name == "run" else "the tests"
            say(f"installing the Python packages of {what}")
            install("build", name)
            stamp(name, value)
    value = fingerprint("pyproject.toml", "requirements/build.txt")
    if read_stamps().get("project") != value:
        say("installing unpinch")
        # hatchling is already there, locked; without isolation no index is asked for another one.
        offline = ["--no-index", "--no-deps", "--no-build-isolation"]
        if not attempt([PYTHON, "-m", "pip", "install", *offline, "-e", "."], tool_environment()):
            raise SetupError("unpinch itself could not be installed; build/setup.log says why.")
        stamp("project", value)


def suitable_node(env: Mapping[str, str]) -> bool:
    """Return whether a Node new enough and its npm are on the path."""
    node, npm = (shutil.which(name, path=env["PATH"]) for name in ("node", "npm"))
    if not node or not npm:
        return False
    told = subprocess.run([node, "--version"], env=env, capture_output=True, text=True)
    major = told.stdout.strip().lstrip("v").split(".")[0]
    return told.returncode == 0 and major.isdigit() and int(major) >= NODE_MAJOR_MIN


def install_front_end(mode: str) -> None:
    """Install the locked npm packages and lay the few files that pages need under ``build/assets``."""
    value = fingerprint("package.json", "package-lock.json", ".npmrc", "tools/assets.py")
    done = read_stamps()
    wanted = "npm-run" if mode == "run" else "npm-dev"
    laid = all((ROOT / "build" / "assets" / name).is_dir() for name in ("fonts", "paper"))
    if laid and value in {done.get("npm-dev"), done.get(wanted)} and (ROOT / "node_modules").is_dir():
        return
    env = tool_environment()
    if not suitable_node(env):
        say(f"found no Node {NODE_MAJOR_MIN} or newer with npm; installing one into .venv")
        install("node")
        if not suitable_node(env):
            raise SetupError(
                f"Node from PyPI does not start here; install Node {NODE_MAJOR_MIN} or newer with npm."
            )
    say("installing the front-end packages")
    npm = shutil.which("npm", path=env["PATH"]) or "npm"
    omit = ["--omit=dev"] if mode == "run" else []
    if not attempt([npm, "ci", "--no-audit", "--no-fund", "--fetch-retries=1", *omit], env):
        raise SetupError(
            "npm could not install the front-end packages (see build/setup.log); "
            "check the network connection and run this again."
        )
    if not attempt([PYTHON, "-m", "tools.assets"], env):
        raise SetupError("the typefaces could not be laid out; build/setup.log says why.")
    stamp("npm-run", value)
    if mode != "run":
        stamp("npm-dev", value)


def ensure_browser() -> None:
    """Find a Chromium for the tests, or install one."""
    done = subprocess.run([PYTHON, "-m", "tools.browser", "--install"], cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(1)  # tools.browser has said what to do


def main(mode: str) -> None:
    """Bring the checkout to `mode`: ``run``, ``check`` or ``dev``."""
    if mode not in ("run", "check", "dev"):
        raise SetupError(f"unknown mode {mode!r}; say run, check or dev.")
    with one_at_a_time():
        LOG.write_text("")
        make_venv()
        install_uv()
        install_python(mode)
        try:
            install_front_end(mode)
        except SetupError as error:
            if mode != "run":
                raise
            # Someone in pain should not wait for a typeface: the pages fall back on the machine's own.
            say(f"{error} Until then pages use this machine's own typefaces.")
        if mode == "dev":
            ensure_browser()


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except SetupError as problem:
        sys.exit(f"Setup stopped: {problem}")
    except KeyboardInterrupt:
        sys.exit("Setup stopped on request; run it again to go on.")
    except OSError as problem:
        sys.exit(f"Setup stopped: {problem}")

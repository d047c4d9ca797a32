"""Setup finds its way, or stops with one line that says what to do."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tools import assets, setup

ROOT = Path(__file__).resolve().parents[2]


def script(path: Path, body: str) -> Path:
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the setup tools alone, and no Python but what a test puts in ``bin``."""
    folder = tmp_path / "checkout"
    (folder / "tools").mkdir(parents=True)
    for name in ("setup.sh", "setup.py"):
        shutil.copy(ROOT / "tools" / name, folder / "tools" / name)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname"):
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    return folder


def run_setup(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run setup.sh with the path that the fixture made."""
    return subprocess.run(
        ["sh", checkout / "tools" / "setup.sh", *arguments],
        env={"PATH": str(checkout.parent / "bin"), "HOME": str(checkout.parent)},
        capture_output=True,
        text=True,
    )


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Assert that a run failed with one line that holds all of `words`."""
    assert done.returncode == 1
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("Setup stopped: ")
    for word in words:
        assert word in lines[0]


def test_no_python(checkout: Path) -> None:
    assert_one_line(run_setup(checkout), "Python 3.11", "install it")


def test_python_too_old(checkout: Path) -> None:
    script(checkout.parent / "bin" / "python3", "exit 1")
    assert_one_line(run_setup(checkout), "Python 3.11", "python3 is too old", "make setup PYTHON=")


def test_python_without_venv(checkout: Path) -> None:
    script(checkout.parent / "bin" / "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    assert_one_line(run_setup(checkout), "python3 has no venv module", "apt install python3-venv")


def test_the_newest_that_works_is_taken(checkout: Path) -> None:
    script(checkout.parent / "bin" / "python3.11", "exit 1")
    script(checkout.parent / "bin" / "python3.12", '[ "$1" = -c ] || echo "3.12 $2"')
    done = run_setup(checkout, "dev")
    assert (done.returncode, done.stdout) == (0, "3.12 dev\n")


def test_an_unknown_mode(checkout: Path) -> None:
    script(checkout.parent / "bin" / "python3", f'exec "{sys.executable}" "$@"')
    assert_one_line(run_setup(checkout, "everything"), "unknown mode 'everything'")


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Turn the setup module on an empty project with an environment of scripts."""
    for name in ("requirements", "build", ".venv/bin"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("uv", "run", "dev", "build", "node"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name}==1")
    for name in ("pyproject.toml", "package.json", "package-lock.json", ".npmrc", "tools/assets.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    for constant, place in {
        "ROOT": ".",
        "VENV": ".venv",
        "BIN": ".venv/bin",
        "PYTHON": ".venv/bin/python",
        "STAMPS": ".venv/unpinch-setup.json",
        "LOG": "build/setup.log",
    }.items():
        monkeypatch.setattr(setup, constant, tmp_path / place)
    for name in ("python", "uv"):
        script(tmp_path / ".venv" / "bin" / name, f'echo {name} "$@" >> calls')
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.delenv(name, raising=False)
    setup.tool_environment.cache_clear()
    return tmp_path


def calls(sandbox: Path) -> list[str]:
    """Return the commands that ran, but for the look at pip's settings."""
    path = sandbox / "calls"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line for line in lines if "pip config list" not in line]


def test_python_packages_come_from_the_locks(sandbox: Path) -> None:
    setup.install_python("dev")
    ran = calls(sandbox)
    assert [line.split("-r ", 1)[1] for line in ran[:2]] == [
        "requirements/build.txt -r requirements/run.txt",
        "requirements/build.txt -r requirements/dev.txt",
    ]
    assert all(line.startswith("uv pip install") and "--require-hashes" in line for line in ran[:2])
    assert ran[2] == "python -m pip install --no-index --no-deps --no-build-isolation -e ."


def test_a_second_run_does_nothing(sandbox: Path) -> None:
    setup.install_uv()
    setup.install_python("run")
    before = calls(sandbox)
    setup.install_uv()
    setup.install_python("run")
    assert calls(sandbox) == before


def test_a_changed_lock_is_installed_again(sandbox: Path) -> None:
    setup.install_python("run")
    before = len(calls(sandbox))
    (sandbox / "requirements" / "run.txt").write_text("run==2")
    setup.install_python("run")
    assert len(calls(sandbox)) == before + 1


def test_pip_steps_in_for_uv(sandbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script(sandbox / ".venv" / "bin" / "uv", "exit 2")
    setup.install("run")
    assert calls(sandbox) == ["python -m pip install --require-hashes -r requirements/run.txt"]
    assert "trying pip" in capsys.readouterr().out


def test_a_failed_step_is_not_remembered(sandbox: Path) -> None:
    script(sandbox / ".venv" / "bin" / "uv", "exit 2")
    script(sandbox / ".venv" / "bin" / "python", "exit 1")
    with pytest.raises(setup.SetupError, match="check the network connection"):
        setup.install_python("run")
    assert setup.read_stamps() == {}


def test_a_torn_record_counts_for_nothing(sandbox: Path) -> None:
    setup.STAMPS.write_text('{"run": ')
    assert setup.read_stamps() == {}
    setup.stamp("run", "1")
    assert json.loads(setup.STAMPS.read_text()) == {"run": "1"}


def test_settings_of_pip_reach_uv_and_npm(sandbox: Path) -> None:
    script(
        sandbox / ".venv" / "bin" / "python",
        "echo \":env:.index-url='https://mirror.example/simple'\"\n"
        "echo \"global.index-url='https://elsewhere.example/simple'\"\n"
        "echo \"global.cert='/etc/cert.pem'\"",
    )
    env = setup.tool_environment()
    assert env["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert env["SSL_CERT_FILE"] == env["NODE_EXTRA_CA_CERTS"] == "/etc/cert.pem"


@pytest.mark.parametrize(
    ("version", "fits"), [("v20.0.0", True), ("v24.19.0", True), ("v18.20.1", False), ("?", False)]
)
def test_node_must_be_new_enough(sandbox: Path, version: str, fits: bool) -> None:
    script(sandbox / "empty" / "node", f"echo '{version}'")
    script(sandbox / "empty" / "npm", "exit 0")
    assert setup.suitable_node(setup.tool_environment()) is fits


def test_node_without_npm_does_not_do(sandbox: Path) -> None:
    script(sandbox / "empty" / "node", "echo v24.0.0")
    assert not setup.suitable_node({"PATH": str(sandbox / "empty")})


def test_node_comes_from_a_wheel_where_there_is_none(
    sandbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chmod = shutil.which("chmod", path="/bin:/usr/bin")
    assert chmod is not None
    node, npm = (sandbox / ".venv" / "bin" / name for name in ("node", "npm"))
    script(
        sandbox / ".venv" / "bin" / "uv",
        f"""case "$*" in *requirements/node.txt)
        printf '#!/bin/sh\\necho v24.0.0\\n' > {node}; printf '#!/bin/sh\\necho npm "$@" >> calls\\n' > {npm}
        {chmod} +x {node} {npm};; esac""",
    )
    setup.install_front_end("run")
    assert "installing one into .venv" in capsys.readouterr().out
    assert calls(sandbox)[0].startswith("npm ci")
    assert "--omit=dev" in calls(sandbox)[0]
    assert set(setup.read_stamps()) == {"npm-run"}


def prepare_main(sandbox: Path) -> None:
    """Give the sandbox a working pip and a Node whose npm finds no network."""
    script(sandbox / "empty" / "node", "echo v24.0.0")
    script(sandbox / "empty" / "npm", "exit 1")


def test_the_program_runs_without_its_typefaces(sandbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare_main(sandbox)
    setup.main("run")
    assert "Until then pages use this machine's own typefaces." in capsys.readouterr().out
    assert {"root", "uv", "run", "project"} == setup.read_stamps().keys()


@pytest.mark.parametrize("mode", ["check", "dev"])
def test_the_tests_do_not_run_without_the_front_end(sandbox: Path, mode: str) -> None:
    prepare_main(sandbox)
    with pytest.raises(setup.SetupError, match="npm could not install the front-end packages"):
        setup.main(mode)


@pytest.mark.parametrize(("mode", "asks"), [("run", False), ("check", False), ("dev", True)])
def test_only_all_the_tests_ask_for_a_browser(
    sandbox: Path, monkeypatch: pytest.MonkeyPatch, mode: str, asks: bool
) -> None:
    prepare_main(sandbox)
    script(sandbox / "empty" / "npm", "exit 0")
    asked: list[bool] = []
    monkeypatch.setattr(setup, "ensure_browser", lambda: asked.append(True))
    setup.main(mode)
    assert bool(asked) is asks


def test_a_moved_environment_is_made_anew(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.stamp("root", "/somewhere/else")
    made: list[list[str]] = []
    attempt = setup.attempt

    def watched(command: list[str], env: dict[str, str]) -> bool:
        made.append([str(part) for part in command])
        return True if "venv" in made[-1] else attempt(command, env)

    monkeypatch.setattr(setup, "attempt", watched)
    setup.make_venv()
    assert made[-1][1:] == ["-m", "venv", "--clear", str(sandbox / ".venv")]
    assert setup.read_stamps()["root"] == str(sandbox)


def test_typefaces_are_laid_out(tmp_path: Path) -> None:
    modules, fonts = tmp_path / "node_modules", tmp_path / "fonts"
    for package, names in assets.FONT_FILES.items():
        (modules / package / "files").mkdir(parents=True)
        (modules / package / "LICENSE").write_text(package)
        for name in names:
            (modules / package / "files" / name).write_bytes(b"wOF2" + name.encode())
    fonts.mkdir()
    (fonts / "old.woff2").write_bytes(b"")
    written = assets.lay_out(modules, fonts)
    assert set(written) == set(fonts.iterdir())
    assert sum(path.suffix == ".woff2" for path in written) == sum(map(len, assets.FONT_FILES.values()))
    assert (fonts / "LICENSE-lexend.txt").read_text() == "@fontsource-variable/lexend"


def test_a_missing_typeface_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"young-serif-latin-400-normal\.woff2 is missing; run `make setup`"
    ):
        assets.lay_out(tmp_path / "node_modules", tmp_path / "fonts")
    assert not (tmp_path / "fonts").exists()


def test_the_real_typefaces_are_fonts_under_the_open_font_licence() -> None:
    fonts = ROOT / "build" / "assets" / "fonts"
    laid = list(fonts.glob("*.woff2"))
    assert len(laid) == sum(map(len, assets.FONT_FILES.values()))
    for font in laid:
        assert font.read_bytes()[:4] == b"wOF2", font
    licences = list(fonts.glob("LICENSE-*.txt"))
    assert len(licences) == 3
    for licence in licences:
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text(), licence


def test_faces_for_paper_are_cut_from_the_webs_and_keep_their_licences(tmp_path: Path) -> None:
    fonts = ROOT / "build" / "assets" / "fonts"
    (tmp_path / "old.ttf").write_bytes(b"")
    written = assets.cut(fonts, tmp_path)
    assert set(written) == set(tmp_path.iterdir())
    assert len(list(tmp_path.glob("LICENSE-*.txt"))) == 3
    for name, one in assets.CUTS.items():
        with TTFont(tmp_path / name) as face:
            assert "fvar" not in face
            assert face["name"].getDebugName(1) == one.family
            assert face["OS/2"].usWeightClass == one.weight
            assert {ord(letter) for letter in "09AZazßéŁź…“”−×–"} <= set(face.getBestCmap())
    # A name that the licence keeps for the unchanged face is not borne by a changed one.
    assert {one.family for one in assets.CUTS.values()} == {"Unpinch Text", "Unpinch Voice"}
    laid = ROOT / "build" / "assets" / "paper"
    assert {path.name for path in laid.iterdir()} == {path.name for path in written}
    assert all((laid / name).read_bytes() == (tmp_path / name).read_bytes() for name in assets.CUTS)


def test_the_zero_on_paper_is_the_plain_one() -> None:
    """A slashed zero is drawn with more than the two rings, out and in, that a zero needs."""
    for name, one in assets.CUTS.items():
        with TTFont(ROOT / "build" / "assets" / "paper" / name) as face:
            assert face["glyf"][face.getBestCmap()[ord("0")]].numberOfContours == 2, one


def test_a_missing_file_of_the_webs_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"young-serif-latin-400-normal\.woff2 is missing; run `make setup`"
    ):
        assets.cut(tmp_path / "fonts", tmp_path / "paper")
    assert not (tmp_path / "paper").exists()

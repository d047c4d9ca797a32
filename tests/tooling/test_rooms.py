"""The contracts on imports cover the whole house, and the core reads no clock or chance."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "unpinch"
CORE = ("journal", "learning", "care", "session")
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

# Calls that would make an answer depend on when, where or by what luck it is asked. Imports are the
# contracts' business; these come with modules that the core may import for their types.
IMPURE_CALLS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "uuid1", "uuid4", "uuid6", "uuid7", "open", "input", "print", "eval", "exec", "__import__",
}  # fmt: skip
IMPURE_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "tofile", "fromfile"}
SEEDED = {"default_rng", "Generator", "PCG64", "PCG64DXSM", "Philox", "SeedSequence"}


def dotted(node: ast.expr) -> str:
    """Return a call's target as written, such as ``np.random.normal``."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def impurities(source: str) -> list[str]:
    """Return the impure calls in Python source, each with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        last = name.rpartition(".")[2]
        unseeded = last in SEEDED - {"Generator"} and not node.args and not node.keywords
        if (
            any(name == call or name.endswith("." + call) for call in IMPURE_CALLS)
            or last in IMPURE_METHODS
            or (".random." in f".{name}" and last not in SEEDED and name.startswith(("np.", "numpy.")))
            or unseeded
        ):
            found.append(f"line {node.lineno}: {name}")
    return found


def core_modules() -> list[Path]:
    return [module for room in CORE for module in sorted((SOURCE / room).rglob("*.py"))]


@pytest.mark.parametrize("module", core_modules(), ids=lambda module: module.relative_to(SOURCE).as_posix())
def test_the_core_is_pure(module: Path) -> None:
    assert impurities(module.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "date.today()",
        "np.random.normal(0, 1)",
        "numpy.random.seed(1)",
        "np.random.default_rng()",
        "open('x')",
        "Path('x').read_text()",
        "uuid_utils.uuid7()",
    ],
)
def test_impure_calls_are_seen(line: str) -> None:
    assert impurities(line) != []


@pytest.mark.parametrize(
    "line",
    [
        "np.random.default_rng(seed)",
        "rng.normal(0, 1)",
        "datetime.fromisoformat(text)",
        "np.random.Generator(np.random.PCG64(seed))",
        "UUID(text)",
        "self.reopen(x)",
    ],
)
def test_pure_calls_pass(line: str) -> None:
    assert impurities(line) == []


def test_every_room_of_the_core_is_under_both_contracts() -> None:
    rooms = {f"unpinch.{room}" for room in CORE}
    assert set(CONTRACTS["pure-core"]["source_modules"]) == rooms
    assert set(CONTRACTS["core-without-files"]["source_modules"]) == rooms


def test_every_room_has_its_place_in_the_order() -> None:
    contract = CONTRACTS["layers"]
    text = " ".join(contract["layers"])
    placed = {word.strip("()") for word in text.split() if word not in {":", "|"}}
    rooms = {
        entry.stem for entry in SOURCE.iterdir() if entry.suffix == ".py" or (entry / "__init__.py").exists()
    }
    assert rooms - {"__init__"} - set(contract["exhaustive_ignores"]) <= placed
    assert contract["exhaustive"] is True


def test_the_order_is_the_houses() -> None:
    order = CONTRACTS["layers"]["layers"]
    place = {name: i for i, row in enumerate(order) for name in row.replace("(", "").replace(")", "").split()}
    one_way = ["cli", "web", "stores", "session", "care", "learning", "journal", "knowledge"]
    assert [place[name] for name in one_way] == sorted({place[name] for name in one_way})
    assert place["body"] == place["journal"]

"""Publish the types: one JSON Schema for each entry kind, for the Decision and for the script.

Also writes the list of kinds and fields in ``docs/journal.md``, from the very models and the
comments beside their fields. A test fails when any of it is not up to date.
"""

from __future__ import annotations

import inspect as python
import json
import re
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import inspect

from unpinch.care.decision import Decision
from unpinch.journal.entry import LINES
from unpinch.journal.kinds import KINDS, WISHES, Advised, Data, Planned, Preference, SetDone
from unpinch.session.script import Script

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "docs" / "schema"
JOURNAL_PAGE: Final = ROOT / "docs" / "journal.md"
VERSION: Final = 1
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
START: Final = "<!-- from here on written by tools/schemas.py -->"
END: Final = "<!-- up to here -->"

_COMMENTED: Final = re.compile(r"^    (\w+): .*?  # (.+)$")
_LAST_COMMENT: Final = re.compile(r"^    \].*?  # (.+)$")


def schemas() -> dict[str, dict[str, Any]]:
    """Return every published schema by the name of its file."""
    made = {f"entry-{kind}.json": entry_schema(kind) for kind in KINDS}
    made["decision.json"] = _schema(Decision, "Unpinch decision", python.getdoc(Decision) or "")
    made["script.json"] = _schema(Script, "Unpinch session script", python.getdoc(Script) or "")
    return made


def entry_schema(kind: str) -> dict[str, Any]:
    """Return the schema of a whole entry of one kind: the envelope and what it says."""
    model = KINDS[kind]
    schema = _schema(LINES[kind], f"Unpinch journal entry: {kind}", python.getdoc(model) or "")
    for part in (model, Planned, SetDone):
        described = schema["$defs"].get(part.__name__, {}).get("properties", {})
        for name, words in comments(part).items():
            if name in described:
                described[name]["description"] = words
    if model is Preference:
        schema["$defs"]["Preference"]["allOf"] = [_wish(name) for name in WISHES]
    return schema


def page(text: str) -> str:
    """Return the page on the journal with its list of kinds written anew."""
    before, rest = text.split(START)
    _, after = rest.split(END)
    parts = [*(_section(f"`{kind}`", model) for kind, model in KINDS.items())]
    parts += [_section("Parts: a planned exercise", Planned), _section("Parts: a set", SetDone)]
    parts += [_section("Parts: a line of a programme", Advised)]
    return f"{before}{START}\n\n{chr(10).join(parts)}\n{END}{after}"


def comments(model: type[Data]) -> dict[str, str]:
    """Return the comments beside a model's fields."""
    found: dict[str, str] = {}
    name = ""
    for line in python.getsource(model).splitlines():
        opened = re.match(r"^    (\w+): ", line)
        name = opened.group(1) if opened else name
        match = _COMMENTED.match(line)
        if match:
            found[match.group(1)] = match.group(2)
        elif name and (last := _LAST_COMMENT.match(line)):
            found[name] = last.group(1)
    return found


def files() -> dict[Path, str]:
    """Return what every generated file should hold."""
    wanted = {FOLDER / name: json.dumps(schema, indent=2) + "\n" for name, schema in schemas().items()}
    wanted[JOURNAL_PAGE] = page(JOURNAL_PAGE.read_text(encoding="utf-8"))
    return wanted


def stale() -> list[str]:
    """Return the names of files that are not what the types say, or that no type stands behind."""
    wanted = files()
    there = set(FOLDER.glob("*.json"))
    return sorted(
        path.name
        for path in there | set(wanted)
        if path not in wanted or not path.exists() or path.read_text(encoding="utf-8") != wanted[path]
    )


def main() -> int:
    """Write every file anew; return 0."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(schemas())} schemas in {FOLDER.relative_to(ROOT)}, and {JOURNAL_PAGE.relative_to(ROOT)}")
    return 0


def _schema(model: Any, title: str, about: str) -> dict[str, Any]:
    (root,), parts = msgspec.json.schema_components([model], ref_template="#/$defs/{name}")
    whole = parts.pop(root["$ref"].removeprefix("#/$defs/"))
    for part in parts.values():
        part.pop("title", None)
    head = {
        "$schema": DRAFT,
        "title": title,
        "description": " ".join(about.split("\n\n")[0].split()),
        "version": VERSION,
    }
    return {**head, **{key: value for key, value in whole.items() if key not in head}, "$defs": parts}


def _wish(name: str) -> dict[str, Any]:
    allowed = WISHES[name].allowed
    right: dict[str, Any] = {"type": "boolean"}
    if isinstance(allowed, tuple):
        right = {"enum": list(allowed)}
    elif allowed is float:
        right = {"type": "number", "minimum": 0.1, "maximum": 10}
    return {"if": {"properties": {"name": {"const": name}}}, "then": {"properties": {"value": right}}}


def _section(title: str, model: type[Data]) -> str:
    shape = inspect.type_info(model)
    if not isinstance(shape, inspect.StructType):
        raise TypeError(f"{model} is no Struct")
    said = comments(model)
    about = " ".join((python.getdoc(model) or "").replace("``", "`").split())
    rows = []
    for field in shape.fields:
        meaning = said.get(field.name, "").replace("``", "`")
        rows.append(
            f"| `{field.name}` | {'yes' if field.required else ''} | {_type(field.type)} | {meaning} |"
        )
    table = "\n".join(["| field | needed | value | meaning |", "|---|---|---|---|", *rows])
    return f"### {title}\n\n{about}\n\n{table}\n{_wishes() if model is Preference else ''}"


def _wishes() -> str:
    """Return the table of preferences."""
    rows = [
        f"| `{name}` | {wish.target or ''} | {wish.words} | {wish.about} |" for name, wish in WISHES.items()
    ]
    return "\n".join(["", "| name | target | value | meaning |", "|---|---|---|---|", *rows, ""])


def _type(kind: inspect.Type) -> str:
    """Say in words what values a field takes."""
    match kind:
        case inspect.Metadata():
            about = (kind.extra_json_schema or {}).get("description")
            words = _type(kind.type)
            return f"{words} ({about})" if about and words != "an id" else words
        case inspect.UnionType():
            return " or ".join(_type(part) for part in kind.types if not isinstance(part, inspect.NoneType))
        case inspect.LiteralType():
            return ", ".join(f"`{json.dumps(value)}`" for value in kind.values)
        case inspect.IntType():
            return f"whole number {kind.ge} to {kind.le}"
        case inspect.FloatType():
            return "number" if kind.ge is None else f"number {kind.ge:g} to {kind.le:g}"
        case inspect.BoolType():
            return "true or false"
        case inspect.StrType() if kind.pattern and "A-Za-z0-9" in kind.pattern:
            return "an id"
        case inspect.StrType():
            return f"text, at most {kind.max_length}" if kind.max_length else "text"
        case inspect.DateType():
            return "date"
        case inspect.VarTupleType():
            return f"list of: {_type(kind.item_type)}"
        case inspect.DictType():
            return f"table, names: {_type(kind.key_type)}; values: {_type(kind.value_type)}"
        case inspect.StructType():
            return kind.cls.__name__
    raise TypeError(f"no words for {kind}")


if __name__ == "__main__":
    sys.exit(main())

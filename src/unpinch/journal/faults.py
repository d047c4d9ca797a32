"""Faults of an entry in plain words: the codec's messages, turned into one line for people."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import inspect

_SHOWN: Final = 40
"""Characters of a value that an error message repeats."""

_NAMES: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
    "date": "a date, such as 2025-01-31",
    "datetime": "a time with its UTC offset, such as 2025-01-31T08:00:00+01:00",
}

_AT: Final = re.compile(r" - at (?:(`key`) in )?`\$([^`]*)`$")
_STEP: Final = re.compile(r"\.([^.\[]+)|\[(\d+)\]|(\[\.\.\.\])")
_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

Path = tuple[str | int, ...]


def explain(
    error: BaseException,
    raw: str | bytes | None = None,
    lines: Mapping[str, Any] | None = None,
    problem: Callable[[bytes], str | None] | None = None,
) -> str:
    """Say in one line what is wrong with an entry.

    Parameters
    ----------
    error
        What the codec raised.
    raw
        The entry as it was given, to name it and to repeat the value at fault.
    lines
        The type of a whole entry for each kind, to name what would be right.
    problem
        Returns the codec's message for other bytes, or None; finds the entry of a table that is
        at fault, which the codec does not name.
    """
    if raw is None:
        return _one_line(_reason(str(error), None))
    found = _loads(raw)
    fields = found if isinstance(found, dict) else {}
    kind = fields.get("kind")
    kind = kind if isinstance(kind, str) and lines and kind in lines else None
    entry_id = fields.get("id")
    named = isinstance(entry_id, str) and _ID.fullmatch(entry_id)

    message, path, is_key = _split(str(error))
    path = _named(path, str(error), found, problem)
    there, value = _value(found, path)
    right = _type(lines[kind], path, is_key) if lines and kind else None
    if isinstance(error, UnicodeError | RecursionError) or _is_syntax(message):
        reason = _syntax(error, message, found)
    else:
        path, reason = _field(message, path, right, lines)
        if reason.startswith("must") and there and path and not is_key:
            reason += f" (was {show(value)})"
    in_data = path[:1] == ("data",)
    names_its_field = re.match(r"\w+: ", reason)  # a check of the model itself
    within = path[1:] if in_data and (len(path) > 1 or names_its_field) else path
    words = [
        f"entry {entry_id}" if named else "entry",
        kind if kind and in_data else "",
        _place(within),
        "one of its names" if is_key else "",
        reason,
    ]
    return _one_line(": ".join(word for word in words if word))


def twice(raw: str | bytes) -> str | None:
    """Return a name that stands twice in one JSON object; a reader would drop one of the two."""
    repeated: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            names = [name for name, _ in pairs]
            repeated.append(next(name for name in names if names.count(name) > 1))
        return fields

    json.loads(raw, object_pairs_hook=look)
    return show(repeated[0]).strip("'") if repeated else None


def show(value: Any) -> str:
    """Return a value as an error message repeats it: short, printable, on one line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _split(message: str) -> tuple[str, Path, bool]:
    """Part the codec's message into what is wrong, where, and whether it is a table's name."""
    at = _AT.search(message)
    if at is None:
        return message, (), False
    steps = _STEP.findall(at.group(2))
    path = tuple(name or (int(number) if number else any_) for name, number, any_ in steps)
    return message[: at.start()], path, bool(at.group(1))


def _named(path: Path, message: str, found: Any, problem: Callable[[bytes], str | None] | None) -> Path:
    """Replace the codec's "some entry of the table" by the first one that has this fault."""
    if "[...]" not in path or problem is None:
        return path
    where = path.index("[...]")
    _, table = _value(found, path[:where])
    for key in table if isinstance(table, dict) else ():
        alone = _with(found, path[:where], {key: table[key]})
        if problem(json.dumps(alone).encode()) == message:
            return (*path[:where], key, *path[where + 1 :])
    return path[:where]


def _with(found: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    copy: Any = list(found) if isinstance(found, list) else dict(found)
    copy[path[0]] = _with(found[path[0]], path[1:], value)
    return copy


def _field(
    message: str,
    path: Path,
    right: inspect.Type | None,
    lines: Mapping[str, Any] | None,
) -> tuple[Path, str]:
    """Return where the fault is, and its reason."""
    for pattern, words in (
        (r"Object missing required field `(.*)`", "is missing"),
        (r"Object contains unknown field `(.*)`", "is not a known field"),
    ):
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            return (*path, match.group(1)), words
    if path == ("kind",) and message.startswith("Invalid value") and lines:
        return path, f"must be one of {', '.join(lines)}"
    return path, _reason(message, right)


def _reason(message: str, right: inspect.Type | None) -> str:
    match = re.fullmatch(r"Expected `(.*)` (<=|>=|<|>) (.*)", message)
    if match:
        bound = match.group(3).removesuffix(".0")
        return f"must be {'at most' if '<' in match.group(2) else 'at least'} {bound}"
    match = re.fullmatch(r"Expected `(.*)` of length (<=|>=) (\d+)", message)
    if match:
        if match.group(2) == "<=":
            return f"must be at most {match.group(3)} characters long"
        return "must not be empty"
    if re.fullmatch(r"Expected `str` matching regex .*", message):
        return f"must be {_described(right) or 'of another form'}"
    match = re.fullmatch(r"Expected `([^`]*)`(?:, got `.*`)?", message)
    if match:
        names = [_NAMES.get(name, name) for name in match.group(1).split(" | ") if name != "null"]
        return f"must be {' or '.join(names)}"
    if message.startswith("Invalid enum value"):
        options = _options(right)
        return f"must be one of {', '.join(options)}" if options else "must be another value"
    if message == "Expected `datetime` with a timezone component":
        return "must have a UTC offset, as in 2025-01-31T08:00:00+01:00"
    if message == "Invalid RFC3339 encoded datetime":
        return f"must be {_NAMES['datetime']}"
    if message == "Invalid RFC3339 encoded date":
        return f"must be {_NAMES['date']}"
    if message in {"Integer value out of range", "Number out of range"}:
        return "must be a smaller number"
    return message


def _is_syntax(message: str) -> bool:
    return message.startswith(("JSON is malformed", "Input data was truncated"))


def _syntax(error: BaseException, message: str, found: Any) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8 text"
    truncated = message.startswith("Input data was truncated")
    # Another reader takes "\ud800", half of a character; this one says that it ends too early.
    if isinstance(error, UnicodeEncodeError) or (truncated and found is not None):
        return "holds half of a character (a lone surrogate)"
    if truncated:
        return "is not JSON: it ends too early"
    match = re.fullmatch(r"JSON is malformed: (.*) \(byte (\d+)\)", message)
    if match:
        return f"is not JSON: {match.group(1)} at byte {int(match.group(2)) + 1}"
    return f"is not JSON: {message}"


def _loads(raw: str | bytes) -> Any:
    """Read as far as any reader can; None when it cannot."""
    text = raw if isinstance(raw, str) else raw.decode(errors="replace")
    try:
        return json.loads(text, parse_int=_number)
    except (ValueError, RecursionError):
        return None


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _SHOWN else float(digits)


def _value(found: Any, path: Path) -> tuple[bool, Any]:
    """Return whether there is a value at this place, and the value."""
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return False, None
    return True, found


def _type(line: Any, path: Path, is_key: bool) -> inspect.Type | None:
    """Return the type that belongs at this place, or to the names of the table there."""
    here: inspect.Type | None = inspect.type_info(line)
    for step in path:
        options = _flat(here)
        here = None
        for option in options:
            if isinstance(option, inspect.StructType) and isinstance(step, str):
                here = next((field.type for field in option.fields if field.name == step), None)
            elif isinstance(option, inspect.VarTupleType) and isinstance(step, int):
                here = option.item_type
            elif isinstance(option, inspect.DictType):
                here = option.value_type
    if is_key:
        return next((part.key_type for part in _flat(here) if isinstance(part, inspect.DictType)), None)
    return here


def _flat(kind: inspect.Type | None) -> list[inspect.Type]:
    """Return the types of a union, or the type itself, without what describes it."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        return [flat for part in kind.types for flat in _flat(part)]
    return [kind] if kind else []


def _described(kind: inspect.Type | None) -> str | None:
    """Return the words that stand beside a text's pattern."""
    if isinstance(kind, inspect.Metadata):
        return (kind.extra_json_schema or {}).get("description") or _described(kind.type)
    for part in kind.types if isinstance(kind, inspect.UnionType) else ():
        if isinstance(words := _described(part), str):
            return words
    return None


def _options(kind: inspect.Type | None) -> list[str]:
    return [
        str(value)
        for part in _flat(kind)
        if isinstance(part, inspect.LiteralType)
        for value in part.values
        if value is not None
    ]


def _place(path: Path) -> str:
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f"[{step}]"
        else:
            words += f".{step if _ID.fullmatch(step) else show(step)}"
    return words.removeprefix(".")


def _one_line(text: str) -> str:
    return " ".join(text.split())

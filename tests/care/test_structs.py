"""What care says cannot be changed afterwards, and is never told by place."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import msgspec
import pytest

import unpinch.care

STRUCTS = [
    one
    for module in pkgutil.iter_modules(unpinch.care.__path__)
    for _, one in inspect.getmembers(import_module(f"unpinch.care.{module.name}"), inspect.isclass)
    if issubclass(one, msgspec.Struct) and one.__module__ == f"unpinch.care.{module.name}"
]


def test_there_are_many() -> None:
    assert len(STRUCTS) > 20


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda one: one.__name__)
def test_nothing_that_was_concluded_can_be_changed(struct: type[msgspec.Struct]) -> None:
    assert struct.__struct_config__.frozen


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda one: one.__name__)
def test_left_and_right_cannot_be_told_in_the_wrong_order(struct: type[msgspec.Struct]) -> None:
    """Every field is told by its name."""
    assert all(
        one.kind is inspect.Parameter.KEYWORD_ONLY for one in inspect.signature(struct).parameters.values()
    )

"""A page read as a tree, with the faults that a checker can find without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "input", "br", "hr", "img", "path", "circle", "rect", "line"}


@dataclass
class Node:
    """An element."""

    tag: str
    attrs: dict[str, str]
    parent: Node | None
    parts: list[Node | str] = field(default_factory=list)

    @property
    def children(self) -> list[Node]:
        """The elements right inside."""
        return [part for part in self.parts if isinstance(part, Node)]

    def text(self) -> str:
        """Return the words inside, in order."""
        words = [part if isinstance(part, str) else part.text() for part in self.parts]
        return " ".join(" ".join(words).split())

    def all(self, *tags: str) -> list[Node]:
        """Return every element inside with one of the tags."""
        found = [child for child in self.children if child.tag in tags]
        return found + [inner for child in self.children for inner in child.all(*tags)]

    def inside(self, tag: str) -> bool:
        """Tell whether an element of this tag is around it."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Node("", {}, None)
        self.at = self.top
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.parts.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.parts.append(Node(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.at.tag != tag:
            self.faults.append(f"</{tag}> closes <{self.at.tag}>")
        while self.at.parent is not None and self.at.tag != tag:
            self.at = self.at.parent
        if self.at.parent is not None:
            self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.parts.append(data)


def read(html: str) -> tuple[Node, list[str]]:
    """Return the tree of a page and its faults."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.top, reader.faults + _faults(reader.top)


def _faults(top: Node) -> list[str]:
    faults = []
    everything = _walk(top)
    ids = [node.attrs["id"] for node in everything if "id" in node.attrs]
    faults += [f"id {name} stands twice" for name in set(ids) if ids.count(name) > 1]
    for tag, count in (("h1", 1), ("main", 1), ("title", 1)):
        if len(top.all(tag)) != count:
            faults.append(f"{len(top.all(tag))} <{tag}>")
    levels = [int(node.tag[1]) for node in everything if node.tag in ("h1", "h2", "h3", "h4")]
    faults += [f"h{b} follows h{a}" for a, b in pairwise(levels) if b > a + 1]
    for node in everything:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            faults += [
                f"{name} {part} leads nowhere" for part in node.attrs.get(name, "").split() if part not in ids
            ]
        if node.tag in ("input", "select", "textarea") and node.attrs.get("type") not in ("hidden", "submit"):
            named = node.attrs.get("aria-label") or node.inside("label")
            labelled = any(label.attrs.get("for") == node.attrs.get("id", "?") for label in top.all("label"))
            if not named and not labelled:
                faults.append(f"no label for {node.attrs.get('name')}")
        if node.tag in ("a", "button") and not node.text() and "aria-label" not in node.attrs:
            faults.append(f"<{node.tag}> without words")
        if node.tag == "svg" and node.attrs.get("aria-hidden") != "true" and node.attrs.get("role") != "img":
            faults.append("an <svg> that is neither hidden nor named")
        if node.tag == "a" and not node.attrs.get("href"):
            faults.append("<a> without href")
    return faults


def _walk(node: Node) -> list[Node]:
    return [inner for child in node.children for inner in (child, *_walk(child))]

"""Reading what was made for paper: its words in their order, its tags, its pictures and its faces."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf
import pypdfium2


def words_of(pdf: bytes) -> str:
    """Return the words of every page, in the order in which they are read out."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(document[page].get_textpage().get_text_range() for page in range(len(document)))
    finally:
        document.close()


def flat(pdf: bytes) -> str:
    """Return the words of a PDF on one line; a hyphen at the end of a line stays one."""
    return " ".join(words_of(pdf).replace("\ufffe", "").split())


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return the size of each page in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [(round(page.get_width()), round(page.get_height())) for page in document]
    finally:
        document.close()


def opened(pdf: bytes) -> pikepdf.Pdf:
    """Return a PDF for looking into it."""
    return pikepdf.open(io.BytesIO(pdf))


def tags(node: Any, depth: int = 0) -> Iterator[tuple[int, str, Any]]:
    """Yield every tag of the structure with how deep it lies, in the order of reading."""
    if isinstance(node, pikepdf.Array):
        for part in node:
            yield from tags(part, depth)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield depth, str(node["/S"]), node
        if "/K" in node:
            yield from tags(node["/K"], depth + 1)


def faults(pdf: bytes) -> list[str]:
    """Return what keeps a PDF from being read by everybody, one line each."""
    told: list[str] = []
    with opened(pdf) as document:
        root = document.Root
        told += [f"no {name}" for name in ("/Lang", "/StructTreeRoot", "/MarkInfo") if name not in root]
        if not _of(root, "/MarkInfo", "/Marked"):
            told.append("not marked as tagged")
        if not _of(root, "/ViewerPreferences", "/DisplayDocTitle"):
            told.append("the title is not what a window shows")
        with document.open_metadata() as about:
            if about.get("pdfuaid:part") != "1":
                told.append("does not say that it is PDF/UA-1")
            if (about.get("pdfaid:part"), about.get("pdfaid:conformance")) != ("2", "A"):
                told.append("does not say that it is PDF/A-2a")
            if not about.get("dc:title"):
                told.append("has no title")
        found = list(tags(root["/StructTreeRoot"]["/K"]))
        told += [
            "a picture without words"
            for _, kind, node in found
            if kind == "/Figure" and not str(node.get("/Alt", "")).strip()
        ]
        levels = [int(kind[2:]) for _, kind, _ in found if kind.startswith("/H") and kind[2:].isdigit()]
        if not levels or levels[0] != 1:
            told.append("does not begin with a heading of the first level")
        told += [
            f"a heading of level {after} follows one of level {before}"
            for before, after in pairwise(levels)
            if after > before + 1
        ]
        told += [f"{name} is not embedded" for name in _loose_faces(document)]
    return told


def pictures(pdf: bytes) -> list[str]:
    """Return the words of each picture."""
    with opened(pdf) as document:
        found = tags(document.Root["/StructTreeRoot"]["/K"])
        return [str(node["/Alt"]) for _, kind, node in found if kind == "/Figure"]


def kinds(pdf: bytes) -> list[str]:
    """Return the kinds of the tags in the order of reading."""
    with opened(pdf) as document:
        return [kind for _, kind, _ in tags(document.Root["/StructTreeRoot"]["/K"])]


def _of(root: Any, part: str, name: str) -> bool:
    return part in root and bool(root[part].get(name))


def _loose_faces(document: pikepdf.Pdf) -> Iterator[str]:
    for thing in document.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font":
            below = thing.get("/DescendantFonts", [thing])
            for face in below:
                about = face.get("/FontDescriptor")
                if about is None or not {"/FontFile", "/FontFile2", "/FontFile3"} & set(about.keys()):
                    yield str(thing.get("/BaseFont", "a face"))

"""Where each source is shown: the addresses of the pages that lead to it, from the data itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unpinch.knowledge import Knowledge
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.pages import citations


def shown_at(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Return the addresses at which each source is shown, none for one that may not be.

    The first is its place in the list of sources; the others cite it.

    A test follows every link of every page and holds it against this.
    """
    found: dict[str, dict[str, None]] = {
        source.id: {f"/sources#{source.id}": None}
        for source in knowledge.sources.values()
        if source.tag in SHOWN_TAGS
    }
    for address, names in _cited(knowledge):
        for name in names:
            if name in found:
                found[name][address] = None
    return {name: tuple(found.get(name, ())) for name in knowledge.sources}


def _cited(knowledge: Knowledge) -> Iterator[tuple[str, Iterable[str]]]:
    claims = knowledge.claims
    for claim in claims.values():
        yield f"/article#{claim.id}", claim.sources
    for page in knowledge.shelf:
        for said in page.statements:
            yield f"/learn/{page.id}", citations(said, claims)
            for name in said.claims:
                yield f"/learn/{page.id}", claims[name].sources
    for exercise in knowledge.exercises.values():
        address = f"/exercises/{exercise.id}"
        if exercise.note:
            yield address, exercise.sources
        yield address, [figure.source for figure in exercise.emg if figure.tag in SHOWN_TAGS]
        for name in exercise.claims:
            yield address, claims[name].sources
    for instrument in knowledge.questionnaires.values():
        source = knowledge.sources.get(instrument.wording_source or "")
        if source is not None and source.tag != "X":
            yield f"/questionnaire/{instrument.id}", [source.id]
    for test in knowledge.selftests.values():
        yield f"/selftests/{test.id}", [norm.source for norm in test.norms]
    for rule in knowledge.rules.info:
        if rule.tag == "V" and rule.source is not None:
            yield "/help", [rule.source]

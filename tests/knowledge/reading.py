"""How hard a text is to read: the Flesch-Kincaid grade, without a dictionary from the network.

`textstat` fetches a pronouncing dictionary on first use; tests never leave this machine. Syllables
are counted by rule here. Against that dictionary the rule was right for 98 in 100 of the words of the
data files (2026-11-22).
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d+")
_END = re.compile(r"[.!?:]+(?:\s|$)")
_ODD = {
    "people": 2,
    "something": 2,
    "someone": 2,
    "anyone": 3,
    "clinician": 3,
    "clinicians": 3,
    "movement": 2,
    "movements": 2,
    "careful": 2,
    "safety": 2,
    "idea": 3,
    "diabetes": 4,
    "reacts": 2,
    "wobbly": 3,
}
_DIGITS = (2, 1, 1, 1, 1, 1, 1, 2, 1, 1)  # zero, one, two... as they are said


def syllables(word: str) -> int:
    """Return how many syllables a word has, at least one."""
    if word.isdigit():
        return sum(_DIGITS[int(digit)] for digit in word)
    if "-" in word:
        return sum(syllables(part) for part in word.split("-"))
    plain = word.lower().replace("’", "'")
    for ending in ("'s", "'ll", "'re", "'d", "'ve", "n't", "'t"):
        if plain.endswith(ending):
            extra = 1 if ending == "n't" and plain[:-3] in {"did", "does", "is", "could", "would"} else 0
            return syllables(plain[: -len(ending)]) + extra
    if plain in _ODD:
        return _ODD[plain]
    groups = len(re.findall(r"[aeiouy]+", plain))
    if re.search(r"[^aeiouy]e$", plain) and not re.search(r"[^aeiouy]le$", plain):
        groups -= 1  # silent: "more"
    if re.search(r"(?:[^aeiouldt]|[aeiour]l|ll)ed$|(?:[^aeiouycsgxzlh]|[aeiou]l)es$", plain):
        groups -= 1  # silent: "called", "makes"
    groups += len(
        re.findall(
            r"(?:ia(?!l)|io(?!n|us)|iu|eo|ua(?!r)|ying|uing|eing|oing|[^q]ui(?=d)|iet|ier|(?<!fr)ien)", plain
        )
    )
    return max(1, groups)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text: years of school, lower is easier."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_END.findall(text.strip() + " ")))
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59

"""Unicode normal forms, at a cost that grows with the text and not with its square."""

import unicodedata
from typing import Literal

MOST_MARKS = 30
JOINER = "\u034f"


def normalize(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The normal form. A pile of marks on one letter is parted after thirty (UAX #15, D4: stream-safe text).

    Sorting a pile takes the square of its height: 40,000 accents on a letter took seconds.
    """
    if text.isascii():
        return text
    return unicodedata.normalize(form, _parted(text) if len(text) > MOST_MARKS else text)


def _parted(text: str) -> str:
    pile, parts = 0, []
    for char in text:
        pile = pile + 1 if unicodedata.combining(char) else 0
        if pile > MOST_MARKS:
            parts.append(JOINER)
            pile = 1
        parts.append(char)
    return "".join(parts)

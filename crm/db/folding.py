"""The normalized form of texts for comparing and searching: any script, no case, no accents."""

import re
import unicodedata
from dataclasses import dataclass

from crm.normal_forms import normalize
from crm.word_forms import joined_words, pieces_of

SHORT = 3
JOIN = "\x1f"

_LETTERS = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("'’‘ʼ`´", None)
)
DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
_DROPPED = {"Mn", "Me", "Cf", "Cc", "Cs"}
KNOWN_CHARACTERS = 4_096


class _Kept(dict[int, str | int | None]):
    """Each character, or None if it is dropped; kept, as most texts of a workspace use the same ones."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        kept = code if unicodedata.category(char) not in _DROPPED or char.isspace() else None
        if len(self) < KNOWN_CHARACTERS:
            self[code] = kept
        return kept


_KEPT = _Kept(_LETTERS)


def fold(text: str) -> str:
    """The form in which texts are compared: without case, accents, apostrophes and invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().translate(_LETTERS).split())
    spread = normalize("NFKD", normalize("NFKD", text).casefold())
    return " ".join(normalize("NFC", spread.translate(_KEPT)).split())


@dataclass(frozen=True, slots=True)
class Sought:
    """What a text is found by besides its folded form: its words in their one form, and written together.

    `joined` has each behind JOIN, as what is written together is found from its beginning alone.
    """

    words: str
    joined: str


def sought_in(*texts: str) -> Sought:
    """Empty if the folded form already contains it."""
    words: dict[str, None] = {}
    joined: dict[str, None] = {}
    for text in filter(None, texts):
        pieces = pieces_of(text)
        folded = set(fold(text).split())
        words.update((piece, None) for piece in pieces if piece not in folded)
        joined.update((each, None) for each in joined_words(pieces))
    return Sought(" ".join(words), "".join(JOIN + each for each in joined))

"""The normalized form of words with several spellings, in every script: for search, tags and filters.

The order of names is another matter: see `crm/records/keys.py`.
"""

import re
import unicodedata
from functools import lru_cache

from crm.han_forms import unify_han
from crm.kana_forms import KANA, lengthen, shorten_ending, unify_kana
from crm.normal_forms import normalize

JOINED = 4
# From the first radical on: what comes before is never kana nor Chinese.
EASTERN = "\u2e80"
# Combining classes: accents, and the points of Hebrew and Arabic. Those between make other letters.
ABOVE_AND_BELOW = 200
POINTS = range(10, 36)

_APOSTROPHES = dict.fromkeys(
    map(ord, "'\u2019\u2018\u201b\u02bc\u02bb\u02be\u02bf`\u00b4\u2032\uff07\u05f3"), None
)
_HYPHENS = r"\-\u00ad\u2010-\u2015\u2212\u05be\ufe58\ufe63\uff0d"
_DOTS = ".\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65\u3002\u06d4"
_OTHER_SIGNS = (
    '!"(),/:;?\\[\\\\\\]{|}~\u00a1\u00ab\u00bb\u00bf\u05c0\u05c3\u05f4\u060c\u061b\u061f\u066b\u066c'
    "\u0964\u0965\u201a\u201c-\u201f\u2026\u2039\u203a\u3001\u3008-\u3011\u3014-\u301f"
)
_BREAKS = re.compile(rf"[\s{_HYPHENS}{_DOTS}{_OTHER_SIGNS}]+")
_TIES = re.compile(rf"[\s{_HYPHENS}{_DOTS}]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s.\-]+(?=\d)")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_SECOND_VOWEL = re.compile(r"(?<=a)[ae]+|(?<=[ou])e+")
# Of NFKD, where the voice of a kana is a mark of its own.
_REPEATED = re.compile("(.)([\u3099\u309a]?)[\u3005\u309d\u30fd]")
_VOICE = {0x309B: 0x3099, 0x309C: 0x309A}
# What is typed for the mark that lengthens kana, and looks like it.
_LENGTH = re.compile(
    "(?<=[\u3041-\u30ff\uff66-\uff9f])[\u2014\u2015\u2212\u2500\u2501\u301c\u3030\uff0d\uff5e]+|(?<=[\uff66-\uff9f])-"
)

_LATIN = {
    "ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t",
    "ŋ": "n", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ɖ": "d", "ƒ": "f",
}  # fmt: skip
_CYRILLIC = {"ґ": "г", "ғ": "г", "қ": "к", "ң": "н", "ұ": "у", "ү": "у", "һ": "х", "ө": "о"}
# Arabic and Persian keyboards give other code points for what looks the same.
_ARABIC = (
    dict.fromkeys("يىےېۍ", "ی")
    | dict.fromkeys("كڪ", "ک")
    | dict.fromkeys("ةہھەۃۂ", "ه")
    | dict.fromkeys("ٱٲٳ", "ا")
)
_TWINS = str.maketrans(_LATIN | _CYRILLIC | _ARABIC | {"\u0640": None})


def spell(text: str) -> str:
    """Without case, marks, apostrophes and stretchers; each letter as the one that stands for its twins.

    ö, oe and o are one; so are å, aa and a, ß and ss, hiragana and katakana, their long vowels, traditional
    and simplified Chinese, the kinds of digits.
    """
    bare = text.translate(_APOSTROPHES)
    if bare.isascii() and bare.isprintable():
        return _SECOND_VOWEL.sub("", bare.lower())
    is_eastern = max(bare) >= EASTERN
    marked = _LENGTH.sub("\u30fc", bare.translate(_VOICE)) if is_eastern else bare
    spread = normalize("NFKD", normalize("NFKD", marked).casefold())
    whole = _REPEATED.sub(r"\1\2\1", "".join([char for char in spread if not _is_dropped(char)]))
    letters = normalize("NFC", whole).translate(_TWINS)
    one = _FOREIGN_DIGIT.sub(_digit, letters)
    return _SECOND_VOWEL.sub("", unify_kana(unify_han(one)) if is_eastern else one)


def pieces_of(text: str) -> list[str]:
    """The words of a text in their one form: hyphens, dots and commas part words as blanks do."""
    return [piece for piece in _BREAKS.split(spell(text)) if piece]


def same_word(text: str) -> str:
    """Equal for two spellings of a word or name; significant signs stay, as in C and C++."""
    spelled = spell(text).strip()
    kept = _TIES.sub("", _BETWEEN_DIGITS.sub("\x00", spelled)).replace("\x00", ".")
    return shorten_ending(_together(kept)) or " ".join(text.split())


def joined_words(pieces: list[str]) -> list[str]:
    """What the pieces are when they are written together, from each on: few, as a name has few parts."""
    return [_together("".join(pieces[at : at + JOINED])) for at in range(len(pieces) - 1)]


def _together(text: str) -> str:
    """Spelled parts as one word: where they meet, two vowels may be one."""
    return lengthen(_SECOND_VOWEL.sub("", text)) if KANA.search(text) else _SECOND_VOWEL.sub("", text)


@lru_cache(maxsize=4_096)
def _is_dropped(char: str) -> bool:
    """Marks above and below letters, and what is not seen; vowels that are marks in their script stay."""
    category = unicodedata.category(char)
    if category == "Mn":
        rank = unicodedata.combining(char)
        return rank >= ABOVE_AND_BELOW or rank in POINTS or char == "\u034f" or "\ufe00" <= char <= "\ufe0f"
    return category in {"Me", "Cs"} or (category in {"Cf", "Cc"} and not char.isspace())


def _digit(found: re.Match[str]) -> str:
    value = unicodedata.decimal(found[0], None)
    return found[0] if value is None else str(value)

"""Guess the encoding of a text file from its bytes; people can correct it."""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise

from crm.imports.reading.sheets import unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LATIN = ("cp1252", "cp1250", "cp1254", "mac_roman")
OF_WHOLE_WORDS = ("cp1251", "koi8_r", "cp866", "cp1253", "cp1255", "cp1256", "mac_cyrillic")
OF_TWO_BYTES = ("shift_jis", "euc_jp", "gb18030", "euc_kr", "big5")
COMMON = {
    "cp1252": "äöüßÄÖÜéèêëàâçîïôûùœñóíáúãõåøæÉÀÈ€’“”–…°£",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻěščřžýáíéúůďťňŠČŘŽőűăâîșţşđ",
    "cp1254": "ğışİŞĞçöüÇÖÜ",
    "mac_roman": "äöüßÄÖÜéèêëàâçîïôûùñóíáú",
}
POLISH, CZECH = (
    frozenset("\u0105\u0119\u0142\u015b\u017a\u017c"),
    frozenset("\u011b\u0161\u010d\u0159\u017e\u016f"),
)
OF_TWO_LANGUAGES = 0.75
"""The share of good letters that a file keeps which has letters of both: more likely it is Mac Roman."""
MAC_QUOTES = "\u201c\u201d\u2019"
BESIDE_CAPITALS = re.compile("[A-Z]\u2019|\u2019[A-Z]")
FEWEST_COMMON = 0.5
DAMAGED, SUSPECT = 0.8, 0.3
"""From which share of its letters in UTF-8 a text is UTF-8 with damage, or perhaps pasted from several."""
_LETTERS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
OTHERS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso8859_1", "iso8859_2", "iso8859_5", "iso8859_15")
KNOWN = tuple(dict.fromkeys((*OTHERS, "utf-8-sig", "utf-32", *LATIN, *OF_WHOLE_WORDS, *OF_TWO_BYTES)))


def detect_encoding(sample: bytes) -> str:
    """`sample` is the beginning of the file; its last character may be incomplete."""
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name
    for name in (*_by_zeros(sample), "utf-8"):
        if _decoded(sample, name) is not None:
            return name
    return "utf-8" if share_of_utf8(sample) >= DAMAGED else _by_letters(sample)


def share_of_utf8(sample: bytes) -> float:
    """How much of what is not ASCII is UTF-8; 1 if all is ASCII."""
    high = sum(byte >= 0x80 for byte in sample)
    return sum(map(len, _LETTERS.findall(sample))) / high if high else 1.0


def is_suspect(sample: bytes, encoding: str) -> bool:
    """Whether the text may be pasted from several encodings: part of it is UTF-8, and read as another one."""
    return encoding in (*LATIN, *OF_WHOLE_WORDS, *OF_TWO_BYTES) and share_of_utf8(sample) >= SUSPECT


def check_encoding(name: str) -> str:
    """Our name for the codec. Raises Invalid for one that is not supported."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    known = {codecs.lookup(each).name: each for each in KNOWN}
    if found not in known:
        raise unreadable("is not a known encoding", "encoding")
    return known[found]


def _decoded(sample: bytes, name: str) -> str | None:
    """None if the bytes are not in that encoding."""
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(sample, final=False)
    except UnicodeDecodeError:
        return None


def _by_zeros(sample: bytes) -> tuple[str, ...]:
    """UTF-16 without a mark: every other byte of plain text is zero."""
    zeros = sample.count(b"\x00")
    if zeros * 4 < len(sample) or not zeros:
        return ()
    return ("utf-16-le",) if sample[1::2].count(0) >= sample[::2].count(0) else ("utf-16-be",)


def _by_letters(sample: bytes) -> str:
    high = [place for place, byte in enumerate(sample) if byte >= 0x80]
    latin = _likeliest(sample, LATIN, _common_share)
    touching = sum(
        sample[max(0, place - 1) : place].isalpha() or sample[place + 1 : place + 2].isalpha()
        for place in high
    )
    if touching * 5 >= len(high) and _common_share(sample, latin) >= FEWEST_COMMON:
        return latin
    two = [name for name in OF_TWO_BYTES if _eastern_share(sample, name) > 0.8]
    if two:
        return max(two, key=lambda name: _eastern_share(sample, name))
    return _likeliest(sample, OF_WHOLE_WORDS, _word_share)


def _likeliest(sample: bytes, names: Iterable[str], rate: Callable[[bytes, str], float]) -> str:
    """The best; of several equally good ones, the first."""
    return max(names, key=lambda name: rate(sample, name))


def _strange(sample: bytes, name: str) -> list[str]:
    text = sample.decode(name, "replace")
    return [char for char in text if ord(char) > 0x7F]


def _common_share(sample: bytes, name: str) -> float:
    found = _strange(sample, name)
    common = COMMON[name] + (MAC_QUOTES if name == "mac_roman" and _are_quotes(sample) else "")
    share = sum((char in common) - 2 * (char == "\ufffd") for char in found) / (len(found) or 1)
    torn = name == "cp1250" and POLISH.intersection(found) and CZECH.intersection(found)
    return share * OF_TWO_LANGUAGES if torn else share


def _are_quotes(sample: bytes) -> bool:
    """The bytes of quotes in Mac Roman are capital letters of Windows, as in `CORT\u00d3`."""
    text = sample.decode("mac_roman")
    return text.count("\u201c") == text.count("\u201d") and not BESIDE_CAPITALS.search(text)


def _word_share(sample: bytes, name: str) -> float:
    """Good words have letters of one alphabet, all but the first in lower case."""
    found = _strange(sample, name)
    text = sample.decode(name, "replace")
    small = sum(char.islower() or unicodedata.category(char) == "Lo" for char in found)
    turned = sum(first.islower() and second.isupper() for first, second in pairwise(text))
    mixed = sum(
        _is_caseless(first) != _is_caseless(second)
        for first, second in pairwise(text)
        if (first + second).isalpha()
    )
    foreign = sum(unicodedata.category(char)[0] not in "LM" for char in found)
    return (small - 3 * (turned + mixed) - 2 * foreign) / (len(found) or 1)


def _is_caseless(char: str) -> bool:
    """As the letters of Arabic and Hebrew."""
    return unicodedata.category(char) == "Lo"


def _eastern_share(sample: bytes, name: str) -> float:
    text = _decoded(sample, name)
    if text is None:
        return 0.0
    found = [char for char in text if ord(char) > 0x7F]
    good = sum(
        "\u3000" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3"
        for char in found
    )
    # Text wrongly read as Japanese has few kana; real Japanese has many.
    kana = sum("\u3041" <= char <= "\u30ff" for char in found)
    return (good + kana / 2) / (len(found) or 1)

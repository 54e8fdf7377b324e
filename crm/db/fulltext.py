"""Search for parts of words, in any script, without regard to case or accents, as an index search (FTS5).

The index holds grams that we cut ourselves: each three and five characters of a word in their order, and for
short queries how a word begins, or, in scripts without spaces, each character and pair. It keeps no positions
and no text, so it is small; a hit is confirmed against the row itself. The rowid carries the workspace above
the row's id: a range of it isolates the workspace, and newest first is its own order, so a page ends early.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from crm.db.transaction import Transaction
from crm.normal_forms import normalize

ID_BITS = 40
ID_MASK = (1 << ID_BITS) - 1
SHORT, LONG = 3, 5
TELLING_WORDS = 3
TELLING_GRAMS = 2
TAIL = APART = 2
MAX_WORDS = 8
TRUNK_ZERO = "(0)"

_LETTERS = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("'’‘ʼ`´", None)
)
_PUNCTUATION = re.compile(r"[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]")
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
_DIGIT = re.compile(r"\d")
_PHONE = re.compile(r"[+()./\s\d-]*")
_DROPPED = {"Mn", "Me", "Cf", "Cc", "Cs"}


def fold(text: str) -> str:
    """The form in which texts are compared: without case, accents, apostrophes and invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().translate(_LETTERS).split())
    spread = normalize("NFKD", normalize("NFKD", text).casefold())
    kept = "".join(char for char in spread if unicodedata.category(char) not in _DROPPED or char.isspace())
    return " ".join(normalize("NFC", kept.translate(_LETTERS)).split())


@dataclass(frozen=True, slots=True)
class Query:
    """`match` is the FTS5 expression that finds candidates.

    A row is a hit when its text contains all of `parts` and a word of it begins with each of `starts`,
    or when it contains one of `numbers` (the whole query read as a phone number, in its spellings).
    """

    match: str
    parts: tuple[str, ...]
    starts: tuple[str, ...]
    numbers: tuple[str, ...]


def parse_query(text: str, numbers: Iterable[str] = ()) -> Query | None:
    """What a person typed, as a query; None when nothing in it can be searched for.

    `numbers` are the digits that it stands for besides its own, such as those of a national phone number.
    """
    words = tuple(dict.fromkeys(word.lstrip("+") or word for word in fold(text).split()))[:MAX_WORDS]
    if not words:
        return None
    starts = tuple(word for word in words if len(word) < SHORT and not _DENSE.fullmatch(word))
    own = _phone_digits(text)
    sought = tuple(dict.fromkeys((*([] if own is None else [own]), *numbers)))
    ways = [words, *((digits,) for digits in sought if words != (digits,))]
    match = " OR ".join(f"({_all_of(_telling_grams(way))})" for way in ways)
    return Query(match, tuple(word for word in words if word not in starts), starts, sought)


def _phone_digits(text: str) -> str | None:
    """The digits of what looks like a phone number, without the zeros of dialling, as in +49 (0)30."""
    if not _PHONE.fullmatch(text):
        return None
    dialled = "".join(str(unicodedata.digit(char)) for char in text.replace(TRUNK_ZERO, "") if char.isdigit())
    digits = dialled.lstrip("0")
    return digits if len(digits) >= SHORT else None


def _all_of(grams: list[str]) -> str:
    return " AND ".join(f'"{gram}"' for gram in dict.fromkeys(grams))


def _telling_grams(words: tuple[str, ...]) -> list[str]:
    """A few grams that find few candidates; each of these is confirmed anyway.

    The index reads a gram's rows one after the other, so that a common gram costs time and narrows little:
    those of the short words among longer ones, and a second gram beside those of other words.
    """
    longest = sorted(words, key=len, reverse=True)[:TELLING_WORDS]
    most = TELLING_GRAMS if len(longest) == 1 else 1
    return [gram for word in longest for gram in _grams_in(word)[:most]]


def _grams_in(word: str) -> list[str]:
    """The most telling first: about the last digits, else from the middle; many words share beginnings and
    endings. Of an e-mail address the part before the @ tells, and that it ends there.
    """
    local = len(word.partition("@")[0])
    token = _as_token(word if local < LONG else word[: local + TAIL])
    size = LONG if len(token) >= LONG else SHORT
    if len(token) <= size:
        return [token]
    last = len(token) - size
    places = (
        (last, max(0, last - APART)) if _DIGIT.search(token[last:]) else ((last + 1) // 2, last, last // 4)
    )
    return [token[place : place + size] for place in dict.fromkeys(places)]


def grams_of(*texts: str) -> str:
    """The grams of some folded texts, as the index takes them."""
    grams: set[str] = set()
    for word in " ".join(texts).split():
        token = _as_token(word)
        grams.add(token[:1])
        grams.add(token[:2])
        for size in (SHORT, LONG):
            grams.update(token[place : place + size] for place in range(len(token) - size + 1))
        if not token.isascii():
            grams.update(_dense_grams(token))
    return " ".join(sorted(grams))


def _dense_grams(token: str) -> set[str]:
    runs = _DENSE.findall(token)
    return {run[place : place + size] for run in runs for size in (1, 2) for place in range(len(run))}


def _as_token(word: str) -> str:
    """Punctuation would part the tokens of the index; confirming a hit tells one mark from another."""
    return _PUNCTUATION.sub("_", word)


def index_texts(tx: Transaction, table: str, row_id: int, *texts: str) -> None:
    """Put a row's folded texts into the search table; what stood there for this row must be gone."""
    tx.run(
        f"""
        INSERT INTO {table} (rowid, grams)
        VALUES ((:workspace_id << {ID_BITS}) | :row_id, :grams)
        """,
        row_id=row_id,
        grams=grams_of(*texts),
    )


def forget_texts(tx: Transaction, table: str, row_id: int) -> None:
    tx.run(f"DELETE FROM {table} WHERE rowid = ((:workspace_id << {ID_BITS}) | :row_id)", row_id=row_id)


def row_conditions(query: Query, texts: str) -> tuple[str, dict[str, str]]:
    """The SQL that confirms a hit, and its parameters. `texts` is an SQL expression of the folded texts."""
    params = {f"part_{n}": part for n, part in enumerate(query.parts)}
    params |= {f"start_{n}": f" {start}" for n, start in enumerate(query.starts)}
    clause = " AND ".join(f"instr(' ' || {texts}, :{name}) > 0" for name in params)
    clause = f"({clause})"
    for n, digits in enumerate(query.numbers):
        params[f"number_{n}"] = digits
        clause = f"({clause} OR instr({texts}, :number_{n}) > 0)"
    return clause, params

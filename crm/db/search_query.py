"""A search text as a query to index and rows.

A word is found in its folded form, or in the one form of all its spellings, with its parts in any order or
written together: see `crm/word_forms.py`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from crm.db.folding import DENSE, JOIN, SHORT, fold
from crm.kana_forms import shorten_ending
from crm.word_forms import pieces_of

MAX_WORDS = 8
TRUNK_ZERO = "(0)"

_PHONE = re.compile(r"[+()./\s\d-]*")

Way = tuple[str, ...]
"""Texts that must all be there."""


@dataclass(frozen=True, slots=True)
class Word:
    """A row matches if it matches one of `ways`."""

    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A row is a hit when it has each of `words`, or when its text contains one of `numbers` (the whole query
    read as a phone number, in its spellings).
    """

    words: tuple[Word, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word as it was typed: its folded form, and the pieces of its one form."""

    folded: Way
    pieces: Way

    @property
    def together(self) -> str:
        return "".join(self.pieces)


def parse_query(text: str, numbers: Iterable[str] = ()) -> Query | None:
    """What a person typed, as a query; None when nothing in it can be searched for.

    `numbers` are the digits that it stands for besides its own, such as those of a national phone number.
    """
    words = _words(text)
    if not words:
        return None
    own = _phone_digits(text)
    sought = tuple(dict.fromkeys((*([] if own is None else [own]), *numbers)))
    return Query(words, sought)


def begins_word(text: str) -> bool:
    """Whether it is so short that words must begin with it: too many words contain it."""
    return len(text) < SHORT and not DENSE.fullmatch(text)


def holds(query: Query, texts: str, joined: str) -> bool:
    """The same check as the SQL of a search, for folded texts in memory."""
    spaced = f" {texts}"

    def has(needle: str) -> bool:
        sought = f" {needle}" if begins_word(needle) else needle
        return sought in spaced or f"{JOIN}{needle}" in joined

    if any(digits in texts for digits in query.numbers):
        return True
    return all(any(all(has(needle) for needle in way) for way in word.ways) for word in query.words)


def _words(text: str) -> tuple[Word, ...]:
    """A word that has only signs counts only if there is no other word."""
    typed = [_typed(word) for word in text.split()[:MAX_WORDS]]
    telling = [word for word in typed if word.pieces] or typed
    words = (_word(telling, at) for at in range(len(telling)))
    return tuple(dict.fromkeys(word for word in words if word.ways))


def _typed(text: str) -> _Typed:
    folded = tuple(word.lstrip("+") or word for word in fold(text).split()[:MAX_WORDS])
    pieces = folded if "@" in text else tuple(map(shorten_ending, pieces_of(text)[:MAX_WORDS]))
    return _Typed(folded, tuple(piece.lstrip("+") or piece for piece in pieces))


def _word(typed: list[_Typed], at: int) -> Word:
    """A short word may be written together with its neighbour: J R and JR."""
    word = typed[at]
    ways = [word.folded, (word.together,), word.pieces]
    if begins_word(word.together):
        ways += [(word.together + after.together,) for after in typed[at + 1 : at + 2]]
        ways += [(before.together + word.together,) for before in typed[max(0, at - 1) : at]]
    return Word(tuple(dict.fromkeys(way for way in ways if any(way))))


def _phone_digits(text: str) -> str | None:
    """The digits of what looks like a phone number, without the zeros of dialling, as in +49 (0)30."""
    if not _PHONE.fullmatch(text):
        return None
    dialled = "".join(str(unicodedata.digit(char)) for char in text.replace(TRUNK_ZERO, "") if char.isdigit())
    digits = dialled.lstrip("0")
    return digits if len(digits) >= SHORT else None

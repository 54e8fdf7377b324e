"""What a person typed into a search, as the index and the rows are asked for it.

A word is found in its folded form, or in the one form of all its spellings, with its parts in any order or
written together: see `crm/word_forms.py`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from crm.db.fulltext import DENSE, JOIN, LONG, SHORT, as_token, fold
from crm.word_forms import pieces_of

TELLING_WORDS = 3
TELLING_GRAMS = 2
TAIL = APART = 2
MAX_WORDS = 8
TRUNK_ZERO = "(0)"

_DIGIT = re.compile(r"\d")
_PHONE = re.compile(r"[+()./\s\d-]*")

Way = tuple[str, ...]
"""Texts that must all be there."""


@dataclass(frozen=True, slots=True)
class Word:
    """One of its ways must hold."""

    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """`match` is the FTS5 expression that finds candidates.

    A row is a hit when it has each of `words`, or when its text contains one of `numbers` (the whole query
    read as a phone number, in its spellings).
    """

    match: str
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
    matches = [_match_words(words)]
    matches += [_match_way((digits,), TELLING_GRAMS) for digits in sought if words != (Word(((digits,),)),)]
    return Query(" OR ".join(f"({match})" for match in matches), words, sought)


def begins_word(text: str) -> bool:
    """Whether it is so short that words must begin with it: many hold it."""
    return len(text) < SHORT and not DENSE.fullmatch(text)


def holds(query: Query, texts: str, joined: str) -> bool:
    """What `row_conditions` asks, of folded texts that are at hand."""
    spaced = f" {texts}"

    def has(needle: str) -> bool:
        sought = f" {needle}" if begins_word(needle) else needle
        return sought in spaced or f"{JOIN}{needle}" in joined

    if any(digits in texts for digits in query.numbers):
        return True
    return all(any(all(has(needle) for needle in way) for way in word.ways) for word in query.words)


def row_conditions(query: Query, texts: str, joined: str) -> tuple[str, dict[str, str]]:
    """The SQL that confirms a hit, and its parameters.

    `texts` is an SQL expression of the folded texts and words, `joined` of what is written together.
    """
    params: dict[str, str] = {}

    def has(needle: str) -> str:
        name = f"part_{len(params)}"
        params[name] = f" {needle}" if begins_word(needle) else needle
        params[f"{name}_joined"] = f"{JOIN}{needle}"
        return f"(instr(' ' || {texts}, :{name}) > 0 OR instr({joined}, :{name}_joined) > 0)"

    clauses = [
        " OR ".join(" AND ".join(has(needle) for needle in way) for way in word.ways) for word in query.words
    ]
    clause = "(" + " AND ".join(f"({each})" for each in clauses) + ")"
    for n, digits in enumerate(query.numbers):
        params[f"number_{n}"] = digits
        clause = f"({clause} OR instr({texts}, :number_{n}) > 0)"
    return clause, params


def _words(text: str) -> tuple[Word, ...]:
    """A word of nothing but signs counts only where there is no other."""
    typed = [_typed(word) for word in text.split()[:MAX_WORDS]]
    telling = [word for word in typed if word.pieces] or typed
    words = (_word(telling, at) for at in range(len(telling)))
    return tuple(dict.fromkeys(word for word in words if word.ways))


def _typed(text: str) -> _Typed:
    folded = tuple(word.lstrip("+") or word for word in fold(text).split()[:MAX_WORDS])
    pieces = folded if "@" in text else tuple(pieces_of(text)[:MAX_WORDS])
    return _Typed(folded, tuple(piece.lstrip("+") or piece for piece in pieces))


def _word(typed: list[_Typed], at: int) -> Word:
    """A short word may be a part of what is written together with a neighbour: J R and JR."""
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


def _match_words(words: tuple[Word, ...]) -> str:
    """A few grams that find few candidates; each of these is confirmed anyway.

    The index reads a gram's rows one after the other, so that a common gram costs time and narrows little:
    those of the short words among longer ones, and a second gram beside those of other words.
    """
    longest = sorted(words, key=lambda word: len("".join(word.ways[0])), reverse=True)[:TELLING_WORDS]
    most = TELLING_GRAMS if len(longest) == 1 else 1
    found = dict.fromkeys(
        " OR ".join(dict.fromkeys(f"({_match_way(way, most)})" for way in word.ways)) for word in longest
    )
    return " AND ".join(f"({each})" for each in found)


def _match_way(way: Way, most: int) -> str:
    longest = sorted(way, key=len, reverse=True)[:TELLING_WORDS]
    grams = (gram for text in longest for gram in _grams_in(text)[: most if len(way) == 1 else 1])
    return " AND ".join(f'"{gram}"' for gram in dict.fromkeys(grams))


def _grams_in(word: str) -> list[str]:
    """The most telling first: about the last digits, else from the middle; many words share beginnings and
    endings. Of an e-mail address the part before the @ tells, and that it ends there.
    """
    local = len(word.partition("@")[0])
    token = as_token(word if local < LONG else word[: local + TAIL])
    size = LONG if len(token) >= LONG else SHORT
    if len(token) <= size:
        return [token]
    last = len(token) - size
    places = (
        (last, max(0, last - APART)) if _DIGIT.search(token[last:]) else ((last + 1) // 2, last, last // 4)
    )
    return [token[place : place + size] for place in dict.fromkeys(places)]

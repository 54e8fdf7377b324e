"""The grams of texts, by which a search index finds parts of words, whichever engine keeps it.

Each three and five characters of a word in their order, and for short queries how a word begins, or, in
scripts without spaces, each character and pair. A hit is confirmed against the row itself.
"""

import re

from crm.db.folding import DENSE, JOIN, SHORT
from crm.db.search_query import Query, Way, Word, begins_word
from crm.db.values import Params

ID_BITS = 40
ID_MASK = (1 << ID_BITS) - 1
LONG = 5
TELLING_WORDS = 3
TELLING_GRAMS = 2
TAIL = APART = 2

QUOTED_GRAM = re.compile(r'"([^"]*)"')
"""A gram in what `match_of` gives."""
_DIGIT = re.compile(r"\d")
_PUNCTUATION = re.compile(r"[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]")


def grams_of(*texts: str) -> str:
    """The grams of some folded texts, as the index takes them."""
    grams: set[str] = set()
    for word in " ".join(texts).split():
        token = word if word.isalnum() else as_token(word)
        grams.add(token[:1])
        grams.add(token[:2])
        grams.update([token[place : place + SHORT] for place in range(len(token) - SHORT + 1)])
        if len(token) >= LONG:
            grams.update([token[place : place + LONG] for place in range(len(token) - LONG + 1)])
        if not token.isascii():
            grams.update(_dense_grams(token))
    return " ".join(sorted(grams))


def _dense_grams(token: str) -> set[str]:
    runs = DENSE.findall(token)
    return {run[place : place + size] for run in runs for size in (1, 2) for place in range(len(run))}


def as_token(word: str) -> str:
    """Replaces punctuation, which would split tokens of the index. Confirming a hit compares signs."""
    return _PUNCTUATION.sub("_", word)


def row_conditions(query: Query, texts: str, joined: str) -> tuple[str, Params]:
    """The SQL that confirms a hit, and its parameters.

    `texts` is an SQL expression of the folded texts and words, `joined` of what is written together.
    """
    params: Params = {}

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


def match_of(query: Query) -> str:
    """The expression that finds candidates: quoted grams with AND, OR and parentheses."""
    matches = [_match_words(query.words)]
    matches += [
        _match_way((digits,), TELLING_GRAMS)
        for digits in query.numbers
        if query.words != (Word(((digits,),)),)
    ]
    return " OR ".join(f"({match})" for match in matches)


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

"""The passage of a text in which something was found, and where in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crm.db.folding import fold
from crm.db.search_query import Query, begins_word
from crm.word_forms import pieces_of

BEFORE, LONGEST = 60, 180
MOST_MARKS = 8
WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """`marks` are the places in `text` that were found, each from and to a character."""

    text: str
    marks: list[tuple[int, int]]

    @property
    def parts(self) -> Iterator[tuple[str, bool]]:
        """Its text in pieces, with whether each is marked."""
        done = 0
        for begin, end in self.marks:
            yield self.text[done:begin], False
            yield self.text[begin:end], True
            done = end
        yield self.text[done:], False


def snippet_of(text: str, query: Query) -> Snippet:
    """About the first place; from the beginning where what was found is written in another way."""
    needles = {needle for word in query.words for way in word.ways for needle in way} | set(query.numbers)
    marks = _marks(text, needles)
    first = next(marks, None)
    begin, prefix = _begin(text, first[0] if first else 0)
    end = min(len(text), begin + LONGEST)
    kept = [first] if first else []
    for mark in marks:
        if mark[1] > end or len(kept) == MOST_MARKS:
            break
        kept.append(mark)
    shown = "".join(" " if char.isspace() else char for char in text[begin:end])
    moved = len(prefix) - begin
    inside = [(max(one, begin) + moved, min(other, end) + moved) for one, other in kept]
    return Snippet(f"{prefix}{shown}{'…' if end < len(text) else ''}", inside)


def _begin(text: str, place: int) -> tuple[int, str]:
    """Some words before it."""
    if place <= BEFORE:
        return 0, ""
    blank = text.find(" ", place - BEFORE, place)
    return (blank + 1 if blank >= 0 else place - BEFORE), "…"


def _marks(text: str, needles: set[str]) -> Iterator[tuple[int, int]]:
    for word in WORD.finditer(text):
        folded = fold(word[0])
        place = _place_in(word[0], folded, needles)
        if place is not None:
            yield word.start() + place[0], word.start() + place[1]


def _place_in(word: str, folded: str, needles: set[str]) -> tuple[int, int] | None:
    for needle in needles:
        at = folded.find(needle)
        if at == 0 or (at > 0 and not begins_word(needle)):
            return _unfolded(word, folded, at, at + len(needle))
    other = set(pieces_of(word)) if not word.isascii() else set()
    found = any(needle in piece for piece in other for needle in needles if not begins_word(needle))
    return (0, len(word)) if found else None


def _unfolded(word: str, folded: str, begin: int, end: int) -> tuple[int, int]:
    """The place in the word as it is written; the whole word where its letters do not match one by one."""
    sources = [place for place, char in enumerate(word) for _ in fold(char)]
    if len(sources) != len(folded):
        return 0, len(word)
    last = sources[end - 1] + 1
    while last < len(word) and not fold(word[last]):
        last += 1
    return sources[begin], last

"""Read a feed of goods (RSS or Atom, as for Google) as rows: an item is a row, an element a column."""

import re
from collections.abc import Iterator
from pathlib import Path

from crm.errors import Sentence
from crm.imports.reading.sheets import LONGEST_CELL, MOST_COLUMNS, Row, Source, unreadable
from crm.imports.reading.xml_parts import CHUNK, Puller

_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]")
ITEMS = frozenset({"item", "entry"})
DEEPEST = 20
RENAMED = {"id": "g:id"}
"""The goods' own number, which is no row's number."""
Item = dict[str, str]


def is_feed(head: bytes) -> bool:
    """By the first bytes of a file; also of one in UTF-16."""
    return _ROOT.search(head.replace(b"\0", b"")) is not None


def read_feed(path: Path) -> Source:
    """Reads the file twice: first for the names of the columns. Raises Invalid."""
    names: dict[str, None] = {}
    for number, item in enumerate(_items(path), start=1):
        names.update(dict.fromkeys(item))
        if len(names) > MOST_COLUMNS:
            raise unreadable(Sentence("has more than {n} names up to item {row}", n=MOST_COLUMNS, row=number))
    if not names:
        raise unreadable("has no items")
    return Source("feed", _rows(path, list(names)), header_row=1)


def _rows(path: Path, names: list[str]) -> Iterator[Row]:
    """The names are row 1, so that row 2 is the first item."""
    yield Row(1, names)
    for number, item in enumerate(_items(path), start=2):
        yield Row(number, [item.get(name, "") for name in names])


def _items(path: Path) -> Iterator[Item]:
    feed = _Feed()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            feed.feed(chunk)
            yield from feed.taken()
    feed.feed(b"", last=True)
    yield from feed.taken()


class _Feed(Puller):
    """`vehicle_fulfillment.store_code` is an element within another; repeated ones share a cell, in lines."""

    damaged = Sentence("is damaged, or not a feed")

    def __init__(self) -> None:
        super().__init__()
        self._done: list[Item] = []
        self._item: Item | None = None
        self._path: list[str] = []
        self._texts: list[list[str]] = []

    def taken(self) -> list[Item]:
        """The items that are whole by now."""
        done, self._done = self._done, []
        return done

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if self._item is None:
            self._item = {} if name in ITEMS else None
            return
        self._path.append(name)
        self._texts.append([])
        if len(self._path) > DEEPEST:
            raise unreadable(Sentence("has elements within each other {n} times", n=len(self._path)))

    def text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def end(self, _name: str) -> None:
        if self._item is None:
            return
        if not self._path:
            self._done.append(self._item)
            self._item = None
            return
        text = "".join(self._texts.pop()).strip()
        key = ".".join(self._path)
        self._keep(RENAMED.get(key, key), text)
        self._path.pop()

    def _keep(self, key: str, text: str) -> None:
        if self._item is None or not (text or key not in self._item):
            return
        joined = "\n".join(filter(None, [self._item.get(key), text]))
        if len(joined) > LONGEST_CELL:
            raise unreadable(Sentence("has more than {n} characters in {name}", n=LONGEST_CELL, name=key))
        self._item[key] = joined

"""The description of a kind's words and looks: the counterpart of `crm/records/kind.py`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from pydantic import BaseModel

from crm.db.list_parts import Sort
from crm.errors import Invalid, Sentence
from crm.records.kind import Kind
from crm.web.kinds.destination import Destination
from crm.web.words.formats import Plural

Shown = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Saying:
    """The sign, the tone and the sentence of an entry of the ledger; `details`: with what changed below."""

    icon: str
    tone: str
    sentence: LazyString
    details: bool = True
    untold: tuple[str, ...] = ()
    """Changed fields that the sentence tells of already."""


OTHER = Saying("activity", "quiet", _("%(who)s: %(action)s"))
ERASED = Saying("trash-2", "warn", _("A record was erased with the one that it belonged to"), details=False)
RECOVERED = Saying("archive-restore", "good", _("%(who)s restored %(what)s from a backup"))

OF_ALL_KINDS = {"erased": ERASED, "recovered": RECOVERED}


def usual_sayings(name: str, icon: str) -> dict[str, Saying]:
    """The sayings of a kind whose records are created, changed, deleted and restored on pages."""
    return {
        f"{name}.created": Saying(icon, "good", _("%(who)s added %(what)s"), details=False),
        f"{name}.changed": Saying("pencil", "accent", _("%(who)s changed %(what)s")),
        f"{name}.deleted": Saying("trash-2", "bad", _("%(who)s moved %(what)s to the trash"), details=False),
        f"{name}.restored": Saying("archive-restore", "good", _("%(who)s restored %(what)s"), details=False),
    }


def exported_saying(name: str, sentence: LazyString) -> dict[str, Saying]:
    return {f"{name}.exported": Saying("download", "news", sentence)}


def as_it_is(value: Any) -> str:
    """For texts that people typed: one of them may equal a word of ours."""
    return str(value)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the home page: how many of the list's records pass its filters."""

    label: LazyString
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListWords:
    """`endpoint` is of the page, `address` what its addresses may say, `found` the template whose macros
    `option` and `row` show one that a search found.
    """

    endpoint: str
    address: type[BaseModel]
    sorts: Mapping[str, Sort]
    found: str = "search/record.html"
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWords:
    """`record` is the endpoint of a record's page, which takes the id as `client_id`; `this` and `some` are
    for a record that needs no name, or has none. `place` is in the sidebar, `create` in the menu of what can
    be made.

    `entries`: the ledger's page offers to show only those about this kind; `on_home`: the home page tells of
    it. `labels`, `values` and `shown` are of its fields; `counted` are the sentences for many at once,
    `counted_changes` those for one field of many.
    """

    kind: Kind
    one: LazyString
    many: LazyString
    icon: str
    this: LazyString | None = None
    some: LazyString | None = None
    record: str | None = None
    place: Destination | None = None
    create: Destination | None = None
    list: ListWords | None = None
    entries: bool = False
    on_home: bool = False
    sayings: Mapping[str, Saying] = field(default_factory=dict)
    labels: Mapping[str, LazyString] = field(default_factory=dict)
    values: Mapping[str, LazyString] = field(default_factory=dict)
    shown: Mapping[str, Shown] = field(default_factory=dict)
    counted: Mapping[str, Plural] = field(default_factory=dict)
    counted_changes: Mapping[str, Plural] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def key(self) -> str:
        """What the addresses of its pages call the id."""
        return f"{self.kind.name}_id"

    @property
    def heading(self) -> LazyString:
        """What its list is called."""
        return self.place.label if self.place is not None else self.many

    @property
    def list_address(self) -> str:
        """Raises TypeError where its kind has no list."""
        if self.list is None:
            raise TypeError(f"{self.kind.name} has no list")
        return url_for(self.list.endpoint)

    def address_of(self, record_id: int) -> str:
        """Of the record's page. Raises TypeError where its kind has none."""
        if self.record is None:
            raise TypeError(f"{self.kind.name} has no page")
        identified: dict[str, Any] = {self.key: record_id}
        return url_for(self.record, **identified)


@dataclass(frozen=True)
class Words:
    """In the order in which people are shown the kinds."""

    all: tuple[KindWords, ...]

    def __iter__(self) -> Iterator[KindWords]:
        return iter(self.all)

    @cached_property
    def by_name(self) -> Mapping[str, KindWords]:
        return {words.name: words for words in self.all}

    @cached_property
    def with_page(self) -> Mapping[str, KindWords]:
        """The kinds whose records have a page each, by name."""
        return {words.name: words for words in self.all if words.record is not None}

    @cached_property
    def listed(self) -> Mapping[str, ListWords]:
        """By the name of the list, which is that of the table."""
        return {words.kind.table: words.list for words in self.all if words.list is not None}

    def list_of(self, name: str) -> ListWords:
        """Raises Invalid naming `list`."""
        if name not in self.listed:
            raise Invalid.field(
                "list", Sentence("must be {expected}", expected=" or ".join(map(repr, self.listed)))
            )
        return self.listed[name]

    @cached_property
    def sayings(self) -> Mapping[str, Saying]:
        return {action: saying for words in self.all for action, saying in words.sayings.items()}

    @cached_property
    def counted(self) -> Mapping[str, Plural]:
        return {action: count for words in self.all for action, count in words.counted.items()}

    @cached_property
    def counted_changes(self) -> Mapping[str, Plural]:
        return {action: count for words in self.all for action, count in words.counted_changes.items()}

    @cached_property
    def labels(self) -> Mapping[str, LazyString]:
        return {name: label for words in self.all for name, label in words.labels.items()}

    @cached_property
    def values(self) -> Mapping[str, LazyString]:
        return {value: word for words in self.all for value, word in words.values.items()}

    @cached_property
    def shown(self) -> Mapping[str, Shown]:
        return {name: show for words in self.all for name, show in words.shown.items()}

    def saying_of(self, action: str) -> Saying:
        """Each kind of record comes back from a backup, and is erased with another, in the same words."""
        return self.sayings.get(action) or OF_ALL_KINDS.get(action.rpartition(".")[2], OTHER)

    @cached_property
    def hanging(self) -> Sequence[KindWords]:
        """The kinds that can be parts of records."""
        parts = {part for words in self.all for part in words.kind.parts}
        return [words for words in self.all if words.kind.table in parts]

    def hanging_on(self, kind: Kind) -> list[KindWords]:
        """The kinds that can be parts of such a record."""
        return [words for words in self.all if words.kind.table in kind.parts]

"""The description of a kind of record, as data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from crm.activity.sight import MANAGED, OPEN, Sight
from crm.db.list_parts import Sort
from crm.db.transaction import Transaction
from crm.fields import Fields, parse_fields
from crm.records.bulk import Bulk
from crm.records.erasing import Erasing
from crm.records.examples import Examples as Examples  # noqa: PLC0414 - the rooms import it from here
from crm.records.importing import Importing
from crm.records.pointer import Pointer as Pointer  # noqa: PLC0414 - the rooms import it from here
from crm.records.searched_text import Passages
from crm.records.skeleton import Skeleton
from crm.row_rules import RowRules

R = TypeVar("R")
C = TypeVar("C", bound=Fields)

Who = Literal["everyone", "workers", "allowed", "admins", "owners"]
"""`workers` are all but viewers. `allowed` are admins, and members if the workspace says so."""

Undo = Literal["change", "delete", "restore"]
Part = Literal["notes", "tasks", "files", "tags", "messages", "issued_numbers"]
"""What can hang on a record: rows of the table of that name."""
Module = Literal["desk", "quotes", "conversations", "campaigns"]
"""A part of the program that a workspace can switch off."""
OnRecord = Callable[[Transaction, int], Any]
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can happen to a record, by its name in the ledger, such as "client.changed".

    `undo` is how it is undone: with the earlier values, or by deleting or restoring the record. If it cannot
    be undone, `why_not` says why. `sight` is set if fewer people see the entry than the record.
    """

    undo: Undo | None = None
    why_not: str = ""
    sight: Sight | None = None


def usual_actions(name: str) -> dict[str, Action]:
    """Actions of a kind whose records are created, changed, deleted and restored; each can be undone."""
    return {
        f"{name}.created": Action("delete"),
        f"{name}.changed": Action("change"),
        f"{name}.deleted": Action("restore"),
        f"{name}.restored": Action("delete"),
    }


def not_undone(why_not: str, *names: str, sight: Sight | None = None) -> dict[str, Action]:
    """Actions that cannot be undone, all for the same reason."""
    return {name: Action(why_not=why_not, sight=sight) for name in names}


def exported(name: str) -> dict[str, Action]:
    """The action of a kind whose records are exported."""
    return not_undone("what was exported is out of reach", f"{name}.exported", sight=MANAGED)


@dataclass(frozen=True, slots=True)
class Lookup:
    """How one record is found: `get` raises NotFound unless it is live, `find` finds those in the trash too
    and returns None for none.
    """

    record: Skeleton
    get: OnRecord
    find: OnRecord | None = None


@dataclass(frozen=True, slots=True)
class Trash:
    """Both take the id, write one entry to the ledger, and raise the errors of the operations.

    `delete` takes an `expected_version`, too; what both may take more, the pages of the kind know.
    """

    delete: Callable[..., Any]
    restore: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """`facts` are those of a live record, as the ledger names them, and raises NotFound. `set_back` gives it
    some of its earlier facts again.
    """

    facts: Callable[[Transaction, int], Facts]
    set_back: Callable[[Transaction, int, Facts], object]


def changes_by(
    get: Callable[[Transaction, int], R],
    facts: Callable[[R], Facts],
    change: Callable[[Transaction, int, C], object],
    model: type[C],
    given: Callable[[Facts], Mapping[str, Any]] = dict,
) -> Changes:
    """Of a kind whose earlier facts, as `given` makes them, are changes that its own operation takes."""
    return Changes(
        lambda tx, record_id: facts(get(tx, record_id)),
        lambda tx, record_id, earlier: change(tx, record_id, parse_fields(model, given(earlier))),
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that people filter and sort, and whose views they save. `suggest` finds the best few for what is
    being typed. `page`, `count` and `suggest` are as those of clients are.
    """

    filters: Any
    sorts: Mapping[str, Sort]
    page: Callable[..., Any]
    count: Callable[..., Any]
    suggest: Callable[..., list[Any]]


Feed = Callable[..., Iterator[bytes]]
"""Of pages of records, each as its fields, and `seller=`, the company; gives the parts of a file."""


@dataclass(frozen=True, slots=True)
class Export:
    """How records leave as a file. `record` is the dataclass of one, whose fields are the columns.

    `filters` is a model of what an address may say; `page` and `count` are as `list_clients` and
    `count_clients` are. `cards`: they can be contacts of an address book too. `feeds`
    write them for other programs, by the name of the format.
    """

    record: type[Any]
    filters: Any
    sorts: Mapping[str, Sort]
    page: Callable[..., Any]
    count: Callable[..., Any]
    cards: bool = False
    feeds: Mapping[str, Feed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Search:
    """`rebuild` makes a record's normalized forms and index entry again. `texts` are its long fields.
    `follows` are the kinds whose names its texts have, each with what brings those about one up to date.
    """

    rebuild: OnRecord
    index: str | None = None
    passages: Passages | None = None
    follows: Mapping[str, OnRecord] = field(default_factory=dict)
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customized:
    """People may add fields of their own to such records. Their values are in the table's column `custom`.

    `parse_phone` makes a number's stored form, and raises Invalid. `frozen`: the SQL by which `held` stays.
    """

    parse_phone: Callable[[Transaction, str], str]
    frozen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """`name` is the kind's name in the ledger, `known_by` the column with a record's name or title.

    `rows` has the rules for its tables: its own first, then those with parts of such records.
    `area` begins the names of its permissions. `links` are its fields that hold the id of a record, with that
    record's kind; `fields` is the model of those that people write. `of_lists` are tables whose column `list`
    names the list of a kind, `of_customized` those whose column `kind` names a customized one. `examples`
    make demo records, or say why there are none. `erasing` is what erasing a person does to the rows that are
    about them, by table, or says why no row is.

    `seen` makes the SQL condition, on the kind's table by the alias given, that the acting user sees the row;
    None where everybody sees all. A record that is `part_of` another is seen by those who see that one: the
    column that holds its id, and its kind. So is what hangs on a record. `sight` says who sees which entries
    of the ledger about such rows. `filtered` are the FilterFields of its lists in this workspace, by name.

    `parts` is what can hang on such a record; `hangs_on` the two columns that tell on what this one hangs.
    They are in its own table, or in that of `hangs_by` where one can hang on many. `touch` notes on a record
    that something happened to what hangs on it; `show_by` makes a file its picture, or none. `moved` is
    called for one that points to another record since two were merged; `losers` lists those merged into one,
    `winner` is the one into which another was merged.
    `numbered` are the series of its numbers (`crm/numbers/`) and the column that holds them. `modules` are
    those to one of which such records belong: where a workspace has switched off all of them, the area is
    out of sight. `credited` finds the record to which a lead is credited, by what told where it came from,
    and says what did: see `crm/attribution/`.
    """

    name: str
    table: str
    area: str
    permissions: Mapping[str, Who]
    rows: Mapping[str, RowRules]
    actions: Mapping[str, Action]
    examples: Examples | str
    erasing: Erasing | str
    known_by: str | None = None
    sight: Sight = OPEN
    seen: Callable[[str], str] | None = None
    part_of: tuple[str, str] | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    pointers: tuple[Pointer, ...] = ()
    contradictions: Mapping[str, str] = field(default_factory=dict)
    fields: type[Fields] | None = None
    lookup: Lookup | None = None
    of_lists: tuple[str, ...] = ()
    of_customized: tuple[str, ...] = ()
    trash: Trash | None = None
    changes: Changes | None = None
    bulk: Bulk | None = None
    listing: Listing | None = None
    filtered: Callable[[Transaction], Mapping[str, Any]] | None = None
    export: Export | None = None
    importing: Importing | None = None
    search: Search | None = None
    parts: frozenset[Part] = frozenset()
    hangs_on: tuple[str, str] | None = None
    hangs_by: str = ""
    touch: OnRecord | None = None
    moved: OnRecord | None = None
    losers: Callable[[Transaction, int], list[int]] | None = None
    winner: Callable[[Transaction, int], int | None] | None = None
    show_by: Callable[[Transaction, int, int | None], object] | None = None
    customized: Customized | None = None
    numbered: tuple[str, str] | None = None
    modules: tuple[Module, ...] = ()
    credited: Callable[[Transaction, Mapping[str, str | None]], tuple[int, str] | None] | None = None

    @property
    def hanging(self) -> str:
        """The table that has the columns of `hangs_on`."""
        return self.hangs_by or self.table

    def may(self, what: str) -> str:
        """The full name of the permission: "read" is "clients.read"."""
        if what not in self.permissions:
            raise KeyError(f"{self.area}.{what}")
        return f"{self.area}.{what}"

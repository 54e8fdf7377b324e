"""The kinds that a transaction knows, so that no room needs to name another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from crm.activity.sight import Sight, Sights
from crm.db.migrations import FOLDER
from crm.db.transaction import Transaction
from crm.records.kind import Action, Customized, Kind, Part, Pointer
from crm.row_rules import RowRules, one_of


@dataclass(frozen=True, eq=False)
class Kinds:
    """In the order in which their searches are rebuilt. `migrations`: where their tables are made."""

    all: tuple[Kind, ...]
    migrations: Path = FOLDER
    _seen: dict[tuple[str, str], str] = field(default_factory=dict, init=False)

    def __iter__(self) -> Iterator[Kind]:
        return iter(self.all)

    @cached_property
    def by_name(self) -> Mapping[str, Kind]:
        return {kind.name: kind for kind in self.all}

    @cached_property
    def listed(self) -> Mapping[str, Kind]:
        """The kinds with a list, by the name of the list, which is that of the table."""
        return {kind.table: kind for kind in self.all if kind.listing is not None}

    @cached_property
    def customized(self) -> Mapping[str, Customized]:
        """The kinds whose records can have custom fields, by name."""
        return {kind.name: kind.customized for kind in self.all if kind.customized is not None}

    @cached_property
    def imported(self) -> Mapping[str, Kind]:
        """The kinds that are imported as they are described, by the name of the table."""
        return {kind.table: kind for kind in self.all if kind.importing is not None}

    @cached_property
    def rows(self) -> Mapping[str, RowRules]:
        """The rules for rows, by table; columns with the name of a kind or list accept only existing ones."""
        found = {table: rules for kind in self.all for table, rules in kind.rows.items()}
        for kind in self.all:
            if kind.hangs_on is not None:
                bearers = [bearer.name for bearer in self.bearing(kind)]
                found[kind.hanging] = _named(found[kind.hanging], kind.hangs_on[0], bearers)
            for table in kind.of_lists:
                found[table] = _named(found[table], "list", self.listed)
            for table in kind.of_customized:
                found[table] = _named(found[table], "kind", self.customized)
        return found

    @cached_property
    def links(self) -> Mapping[str, Kind]:
        """The fields of all kinds that hold an id, with the kind of record that it is of."""
        return {name: self.by_name[linked] for kind in self.all for name, linked in kind.links.items()}

    @cached_property
    def sights(self) -> Sights:
        actions: dict[str, Sight] = {}
        for kind in self.all:
            actions |= {name: each.sight for name, each in kind.actions.items() if each.sight is not None}
        seen = {
            kind.name: (kind.table, partial(self.seen, kind.name))
            for kind in self.all
            if self.seen(kind.name, "seen")
        }
        return Sights({kind.name: kind.sight for kind in self.all}, actions, seen)

    def seen(self, kind: str, alias: str) -> str:
        """The SQL condition that the acting user sees the row of the kind's table; nothing where all do."""
        key = (kind, alias)
        if key not in self._seen:
            of = self.by_name[kind]
            clauses = [of.seen(alias)] if of.seen is not None else []
            clauses += [self._with_whole(of, alias), *self._with_bearers(of, alias)]
            self._seen[key] = " AND ".join(filter(None, clauses))
        return self._seen[key]

    def seen_by(self, kind: str, column: str) -> str:
        """The same for the column of another table that holds the id of such a record, or nothing."""
        of, alias = self.by_name[kind], f"{kind}_seen"
        condition = self.seen(kind, alias)
        return (
            condition
            and f"""({column} IS NULL
                OR EXISTS (SELECT 1
                             FROM {of.table} {alias}
                            WHERE {alias}.workspace_id = :workspace_id
                              AND {alias}.id = {column}
                              AND {condition}))"""
        )

    def _with_whole(self, kind: Kind, alias: str) -> str:
        return self.seen_by(kind.part_of[1], f"{alias}.{kind.part_of[0]}") if kind.part_of else ""

    def _with_bearers(self, kind: Kind, alias: str) -> Iterator[str]:
        """Rows that name the record they belong to."""
        if kind.hangs_on is None or kind.hangs_by:
            return
        subject, subject_id = (f"{alias}.{column}" for column in kind.hangs_on)
        for bearer in self.bearing(kind):
            condition = self.seen_by(bearer.name, subject_id)
            if condition:
                yield f"(coalesce({subject}, '') <> '{bearer.name}' OR {condition})"

    def with_part(self, part: Part) -> Mapping[str, Kind]:
        """The kinds whose records can have such a part, by name."""
        return {kind.name: kind for kind in self.all if part in kind.parts}

    @cached_property
    def actions(self) -> Mapping[str, tuple[Kind, Action]]:
        """All actions of the ledger, each with its kind."""
        return {name: (kind, action) for kind in self.all for name, action in kind.actions.items()}

    def bearing(self, kind: Kind) -> list[Kind]:
        """The kinds whose records can have a record of this kind as a part."""
        return [each for each in self.all if each.parts & {kind.table}]

    def pointing_to(self, table: str) -> Iterator[tuple[str, Pointer]]:
        """The tables that point to the rows of that one, with the columns by which they do.

        What hangs on its records by `hangs_on` is not among them: see `bearing`.
        """
        for kind in self.all:
            for pointer in kind.pointers:
                if pointer.table == table:
                    yield pointer.of or kind.table, pointer

    def table_of(self, entity: str) -> str:
        """The table of the kind with that name in the ledger."""
        known = self.by_name.get(entity)
        return known.table if known else f"{entity}s"

    def entity_of(self, table: str) -> str:
        """The name of a table's rows in the ledger; for parts it is the table's own name."""
        return next((kind.name for kind in self.all if kind.table == table), table.removesuffix("s"))


def _named(rules: RowRules, column: str, known: Iterable[str]) -> RowRules:
    return replace(rules, columns={**rules.columns, column: one_of(*known)})


def kinds_of(tx: Transaction) -> Kinds:
    """Raises TypeError if the database was opened without them."""
    if not isinstance(tx.carried, Kinds):
        raise TypeError("the database was opened without its kinds: use crm.kinds.open_database")
    return tx.carried


def follow_renaming(tx: Transaction, kind: str, record_id: int) -> None:
    """Bring up to date the texts of other records in which the record's name is found."""
    for each in kinds_of(tx):
        if each.search is not None and kind in each.search.follows:
            each.search.follows[kind](tx, record_id)

"""The parts of a list for any engine: its table, orders and filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from crm.db.search_query import Query
from crm.db.values import Params, SQLValue

Value = TypeVar("Value", str, int)
T = TypeVar("T")
ListRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """What an order goes by first, where another table says it: few rows, such as the users or the stages.

    `sql` gives their ids, each with its keys, which no two share, in the order that the list shall have;
    `column` of the listed row holds the id. `named` tells which filters leave only some groups: by the place
    of the filter's value in their rows.
    """

    sql: str
    column: str
    named: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Values of the listed rows that are rows of another table, here `held`.

    `row_id` is its column of the listed row's id, `where` takes the values of one sort alone, `value` is the
    column by which they compare; an index has `where`, `value` and `row_id` in this order. `first` takes one
    value of each row, where it may have several.
    """

    table: str
    row_id: str
    where: str
    value: str
    first: str


@dataclass(frozen=True, slots=True)
class Sort:
    """`columns` make the order, `shape` are their types: a page's rows end in them, for its cursor.

    The columns are those of an index, whose last is the id; or the first stands for `optional`, a column with
    an index that may be empty, with "" for nothing; or all but the id are the keys of `groups`.
    Where the first column is what a row has `elsewhere`, its values are walked along.
    `moment` is the column that the order of ids stands for: a filter by it is walked along instead.
    `only` is the condition of the rows that are sorted by `optional`; others are sorted as if it were empty.
    """

    columns: tuple[str, ...]
    shape: tuple[type, ...]
    of_trash: bool = False
    optional: str = ""
    groups: Groups | None = None
    moment: str = ""
    elsewhere: Elsewhere | None = None
    nothing: str = ""
    """What stands in the first column for a row that has no value elsewhere."""
    only: str = ""
    apart: bool = False
    """Whether the rows where `optional` is empty have an index by id that is theirs alone."""

    @property
    def by_id(self) -> bool:
        return len(self.columns) == 1


@dataclass(frozen=True, slots=True)
class Listed:
    """A table of records that people list; `alias` is its name in all SQL.

    `shown` are the columns of a page, which may take the tables of `joins`. `texts` is the SQL expression of
    what is searched for, `joined` that of its words written together; empty where a list is not searched.
    """

    table: str
    alias: str
    shown: str
    sorts: Mapping[str, Sort]
    texts: str = ""
    joined: str = ""
    joins: str = ""
    paired: frozenset[tuple[str, str]] = frozenset()
    """The filters with an index of their own for an order: the name of each, and of the order."""
    key: str = "id"
    """The column that tells the rows of a workspace apart: the last of each order."""
    among: str | None = None
    """The condition of the rows that are listed, where that is not that they are not deleted."""
    erasable: bool = False
    """Whether rows stay, out of sight, when a person is erased; they have a column `erased_at`."""

    def sorted_by(self, sorts: Mapping[str, Sort]) -> "Listed":
        """The same list with these orders; making another one is left out where they are its own."""
        return self if sorts is self.sorts else replace(self, sorts=sorts)

    @property
    def live(self) -> str:
        among = f"{self.alias}.deleted_at IS NULL" if self.among is None else self.among
        return f"{self.alias}.workspace_id = :workspace_id" + (f" AND {among}" if among else "")

    @property
    def trash(self) -> str:
        erased = f" AND {self.alias}.erased_at IS NULL" if self.erasable else ""
        return f"{self.alias}.workspace_id = :workspace_id AND {self.alias}.deleted_at IS NOT NULL{erased}"


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter by values of the row; `sql` begins with the column that has an index.

    One that `drives` can be walked along by that index; `by_id` tells that the walk is in the order of ids.
    `column` is what its index holds; `name` is set where that has one value. `empty` and `filled` are columns
    that are so wherever the filter fits.
    """

    sql: str
    params: Params = field(default_factory=dict)
    drives: bool = True
    by_id: bool = True
    column: str = ""
    name: str = ""
    empty: str = ""
    filled: str = ""
    elsewhere: Elsewhere | None = None
    """Where it drives along such values, `walked` is the condition on them."""
    walked: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """A filter by words that are searched for."""

    query: Query


@dataclass(frozen=True, slots=True)
class Tagged:
    """A filter by any of some tags.

    `bearing` is the table of who has which tag, here `b`; `bearer` its column of the listed row's id; `among`
    the condition that takes the rows of such records alone;
    `filled` is the listed row's own column that holds a tag of whoever has one.
    """

    bearing: str
    bearer: str
    among: str
    tag_ids: Sequence[int]
    filled: str = ""


@dataclass(frozen=True, slots=True)
class Ids:
    """A filter by ids that were found before, no more than a page may cost; `name` is its parameter."""

    name: str
    ids: Sequence[int]


Part = Condition | Searched | Tagged | Ids


@dataclass(frozen=True, slots=True)
class Rows:
    """All that fits, in no order: for `SELECT … FROM {source} WHERE {where}`."""

    source: str
    where: str
    params: Params


@dataclass(frozen=True, slots=True)
class Hits:
    """The rows in which a search may be answered: as `Rows`, and `newest` is their order.

    The order is that of the search index, so that the first of many are found without the others.
    """

    source: str
    where: str
    newest: str
    params: Params


@dataclass(frozen=True, slots=True)
class Order:
    """One of a list's sorts, in one direction."""

    key: str
    descending: bool

    def turned(self, back: bool) -> "Order":
        return Order(self.key, self.descending != back)


@dataclass(frozen=True, slots=True)
class Looked(Generic[T]):
    """Rows of a page in their order. `stopped` is set where enough rows were looked at before the page was
    full: it holds the sort values of the last one, after which the next page goes on.
    """

    rows: list[T]
    stopped: list[str | int] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """It takes the caller's own parameters, such as `:limit`, besides these."""

    sql: str
    params: Params


def column_part(listed: Listed, name: str, value: SQLValue) -> Condition:
    """The column must be equal; None asks for rows that have nothing there."""
    column = f"{listed.alias}.{name}"
    if value is None:
        return Condition(f"{column} IS NULL", column=column, name=name)
    return Condition(f"{column} = :{name}", {name: value}, column=column, name=name)


def column_among(listed: Listed, name: str, values: Sequence[str]) -> Condition:
    """The column must be one of the values."""
    if len(values) == 1:
        return column_part(listed, name, values[0])
    column = f"{listed.alias}.{name}"
    among, params = among_values(column, name, values)
    return Condition(among, {**params}, by_id=False, column=column)


def among_values(column: str, name: str, values: Sequence[Value]) -> tuple[str, dict[str, Value]]:
    """The condition, and its parameters. Written out: the planner takes no index for a list in JSON."""
    params = {f"{name}_{place}": value for place, value in enumerate(values)}
    return f"{column} IN ({', '.join(f':{each}' for each in params)})", params

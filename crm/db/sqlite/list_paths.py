"""The SQL of one walk of a list, and of its sorted rest."""

from dataclasses import dataclass

from crm.db.dialect import Runs
from crm.db.list_lanes import Lane
from crm.db.list_parts import Listed, ListRow, Order
from crm.db.sqlite.list_walks import Walk, source_of
from crm.db.values import Params

NO_LIMIT = -1


@dataclass(frozen=True, slots=True)
class Path:
    """A lane with what is walked along in it, and what is checked of each row."""

    listed: Listed
    order: Order
    lane: Lane[Walk]
    driver: Walk
    checks: tuple[Walk, ...]
    params: Params

    @property
    def alias(self) -> str:
        return self.listed.alias

    @property
    def key(self) -> str:
        return f"{self.alias}.{self.listed.key}"

    @property
    def row_id(self) -> str:
        return self.driver.row_id or self.key

    @property
    def listed_id(self) -> str:
        return self.driver.listed_id or self.row_id

    @property
    def walked(self) -> tuple[str, ...]:
        """The columns of its order, as they stand in what is walked."""
        return (*(self.lane.walked or self.lane.columns[:-1]), self.row_id)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns with the sort values that its rows do not share."""
        return self.lane.columns[-1:] if self.lane.moment else self.lane.columns

    @property
    def checked(self) -> str:
        return "".join(f" AND {walk.checks}" for walk in self.checks)


def walk_path(tx: Runs, path: Path, limit: int, budget: int | None) -> list[ListRow]:
    """The first rows along it, of so many that are looked at; each ends in its sort values."""
    where, params = _where(path, path.walked)
    if path.checks:
        page, more = _checked_page(path, where, budget)
        sql = _shown_page(path, page)
        params |= more
    else:
        sql = f"""
        SELECT {_shown(path)}
          FROM {source_of(path.listed, path.driver)} {path.listed.joins}
         WHERE {where}
         ORDER BY {_order(path, path.walked)}
         LIMIT :limit"""
    rows = tx.tuples(sql, limit=limit, **params)
    return [_with_prefix(path, row) for row in rows] if path.lane.prefix else rows


def _checked_page(path: Path, where: str, budget: int | None) -> tuple[str, Params]:
    """What is walked is given row by row, in its order, and no more of it than the page needs.

    Without a LIMIT of its own SQLite may take it in another order.
    """
    page = f"""SELECT {path.key} AS page_id
                  FROM (SELECT {path.listed_id} AS id
                          FROM {source_of(path.listed, path.driver)}
                         WHERE {where}
                         ORDER BY {_order(path, path.walked)}
                         LIMIT :budget) walked
                 CROSS JOIN {path.listed.table} {path.alias} ON {path.key} = walked.id
                 WHERE {path.alias}.workspace_id = :workspace_id{path.checked}
                 LIMIT :limit"""
    return page, {"budget": NO_LIMIT if budget is None else budget}


def read_sorted(tx: Runs, path: Path, limit: int) -> list[ListRow]:
    """All that fits is read, and sorted: the plus keeps it from being walked along the order's index.

    What is driven by is read by itself, so that no check makes another index seem to be the better one.
    """
    columns = tuple(f"+{column}" for column in path.lane.columns)
    driven, params = _driven(path)
    after, more = _after(path, columns)
    page = f"""SELECT {path.key} AS page_id
                  FROM (SELECT {path.listed_id} AS id
                          FROM {source_of(path.listed, path.driver)}
                         WHERE {driven}) walked
                 CROSS JOIN {path.listed.table} {path.alias} ON {path.key} = walked.id
                 WHERE {path.alias}.workspace_id = :workspace_id{path.checked}{after}
                 ORDER BY {_order(path, columns)}
                 LIMIT :limit"""
    return tx.tuples(_shown_page(path, page), limit=limit, **params, **more)


def end_of(tx: Runs, path: Path, budget: int) -> list[str | int] | None:
    """The sort values of the last row that so long a walk looks at; None where it ends before."""
    where, params = _where(path, path.walked)
    keys = (path.listed_id if column == path.lane.columns[-1] else column for column in path.keys)
    found = tx.tuples(
        f"""
        SELECT {", ".join(f"{column} AS key_{place}" for place, column in enumerate(keys))}
          FROM {source_of(path.listed, path.driver)}
         WHERE {where}
         ORDER BY {_order(path, path.walked)}
         LIMIT 1 OFFSET :passed""",
        passed=budget - 1,
        **params,
    )
    return [*path.lane.prefix, *found[0]] if found else None


def length_of(tx: Runs, path: Path, most: int) -> int:
    where, params = _where(path, path.walked)
    rows = f"SELECT 1 FROM {source_of(path.listed, path.driver)} WHERE {where} LIMIT :most"
    return int(str(tx.value(f"SELECT count(*) FROM ({rows}) counted", most=most, **params)))


def _where(path: Path, columns: tuple[str, ...]) -> tuple[str, Params]:
    """The condition for the rows to walk along, after the last row of the previous page."""
    driven, params = _driven(path)
    clause, more = _after(path, columns)
    return f"{driven}{clause}", params | more


def _driven(path: Path) -> tuple[str, Params]:
    params = path.params | path.driver.params | (path.lane.along.params if path.lane.along else {})
    live = f" AND {path.listed.live}" if path.driver.source else ""
    filled = f" AND {path.lane.columns[0]} IS NOT NULL" if path.lane.filled else ""
    return f"{path.driver.drives}{live}{filled}", params


def _after(path: Path, columns: tuple[str, ...]) -> tuple[str, Params]:
    """The search index heeds one bound of its rowid: the cursor takes the place of the workspace's."""
    after, descending = path.lane.after, path.order.descending
    if after is None:
        return "", {}
    if columns == ("s.rowid",):
        return "", {"below" if descending else "above": after[0]}
    names = [f"after_{place}" for place in range(len(after))]
    values = [f":{name}" for name in names]
    if path.lane.moment:
        values.insert(0, _moment_of_last(path))
    clause = f" AND ({', '.join(columns)}) {'<' if descending else '>'} ({', '.join(values)})"
    return clause, dict(zip(names, after, strict=True))


def _moment_of_last(path: Path) -> str:
    column = path.lane.columns[0].removeprefix(f"{path.alias}.")
    return f"""(SELECT last.{column} FROM {path.listed.table} last
                 WHERE last.workspace_id = :workspace_id AND last.id = :after_0)"""


def _shown_page(path: Path, page: str) -> str:
    """Finds the ids first, so that columns of other tables are read only for the rows shown."""
    return f"""
        SELECT {_shown(path)}
          FROM ({page}) page
         CROSS JOIN {path.listed.table} {path.alias} ON {path.key} = page.page_id {path.listed.joins}
         WHERE {path.alias}.workspace_id = :workspace_id
         ORDER BY {_order(path, path.lane.columns)}"""


def _shown(path: Path) -> str:
    keys = (f"{column} AS key_{place}" for place, column in enumerate(path.keys))
    return ", ".join([path.listed.shown, *keys])


def _order(path: Path, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{column} {'DESC' if path.order.descending else 'ASC'}" for column in columns)


def _with_prefix(path: Path, row: ListRow) -> ListRow:
    own = len(row) - len(path.keys)
    return (*row[:own], *path.lane.prefix, *row[own:])

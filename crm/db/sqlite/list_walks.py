"""Each filter of a list in its two forms: what SQLite can walk along, and what is checked of each row.

A unary plus keeps SQLite from using the index of a column that is only to be checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from crm.db.grams import ID_BITS, ID_MASK, match_of, row_conditions
from crm.db.list_parts import Condition, Elsewhere, Ids, Listed, Part, Searched, Tagged, among_values
from crm.db.search_query import Query
from crm.db.values import Params


@dataclass(frozen=True, slots=True)
class Walk:
    """Without `drives` it is only ever checked, but for the walk along the order of its own `column`.

    `source` is a table that is walked in place of the listed one, with `row_id` as the listed row's id in it;
    where that is more than the id, it is in the same order, and `listed_id` is the id alone.
    """

    drives: str
    checks: str = ""
    params: Params = field(default_factory=dict)
    source: str = ""
    row_id: str = ""
    listed_id: str = ""
    by_id: bool = True
    part: Part | None = None

    @property
    def searches(self) -> bool:
        """Whether it compares texts, row by row."""
        return isinstance(self.part, Searched)

    @property
    def column(self) -> str:
        return self.part.column if isinstance(self.part, Condition) else ""

    @property
    def name(self) -> str:
        return self.part.name if isinstance(self.part, Condition) else ""


def walk_of(listed: Listed, part: Part) -> Walk:
    match part:
        case Condition():
            return _along_column(listed, part)
        case Searched():
            return _along_search(listed, part)
        case Tagged():
            return _along_tag(listed, part) if len(part.tag_ids) == 1 else _along_tags(listed, part)
        case Ids():
            return _along_ids(listed, part)


def _along_column(listed: Listed, part: Condition) -> Walk:
    if part.drives and part.elsewhere is not None:
        return _along_values(listed, part, part.elsewhere)
    checks = part.sql.replace(part.column, f"+{part.column}") if part.column else f"+{part.sql}"
    if not part.drives:
        return Walk("", checks if part.column else part.sql, part.params, part=part)
    return Walk(f"{listed.live} AND {part.sql}", checks, part.params, by_id=part.by_id, part=part)


def _along_values(listed: Listed, part: Condition, held: Elsewhere) -> Walk:
    return Walk(
        f"{held.where} AND {part.walked}",
        part.sql,
        part.params,
        f"{held.table} held CROSS JOIN {listed.table} {listed.alias} ON {listed.alias}.id = {held.row_id}",
        held.row_id,
        by_id=part.by_id,
        part=part,
    )


def _along_search(listed: Listed, part: Searched) -> Walk:
    query: Query = part.query
    checks, params = row_conditions(query, listed.texts, listed.joined)
    return Walk(
        f"""{listed.table}_search MATCH :match
           AND s.rowid > ((:workspace_id << {ID_BITS}) | :above)
           AND s.rowid < ((:workspace_id << {ID_BITS}) | :below)
           AND {checks}""",
        checks,
        {**params, "match": match_of(query), "above": 0, "below": ID_MASK},
        f"{listed.table}_search s CROSS JOIN {listed.table} {listed.alias}"
        f" ON {listed.alias}.id = (s.rowid & {ID_MASK})",
        "s.rowid",
        f"(s.rowid & {ID_MASK})",
        part=part,
    )


def _along_tag(listed: Listed, part: Tagged) -> Walk:
    borne = f"b.workspace_id = :workspace_id AND b.tag_id = :tag_id AND {part.among}"
    return Walk(
        borne,
        _bears(listed, part, borne),
        {"tag_id": part.tag_ids[0]},
        f"{part.bearing} b CROSS JOIN {listed.table} {listed.alias} ON {listed.alias}.id = b.{part.bearer}",
        f"b.{part.bearer}",
        part=part,
    )


def _along_tags(listed: Listed, part: Tagged) -> Walk:
    """A record with several of the tags is still one row."""
    among, params = among_values("b.tag_id", "tag_id", part.tag_ids)
    borne = f"b.workspace_id = :workspace_id AND {among} AND {part.among}"
    bearers = f"{listed.alias}.id IN (SELECT b.{part.bearer} FROM {part.bearing} b WHERE {borne})"
    return Walk(
        f"{listed.live} AND {bearers}", _bears(listed, part, borne), {**params}, by_id=False, part=part
    )


def _along_ids(listed: Listed, part: Ids) -> Walk:
    among = f"{listed.alias}.id IN (SELECT value FROM json_each(:{part.name}))"
    params: Params = {part.name: orjson.dumps(sorted(set(part.ids))).decode()}
    only = listed.live.replace(f"{listed.alias}.", f"+{listed.alias}.")
    return Walk(f"{among} AND {only}", f"+{among}", params, by_id=False, part=part)


def _bears(listed: Listed, part: Tagged, borne: str) -> str:
    return f"EXISTS (SELECT 1 FROM {part.bearing} b WHERE {borne} AND b.{part.bearer} = {listed.alias}.id)"


def joined_walks(walks: Sequence[Walk]) -> Params:
    return {name: value for walk in walks for name, value in walk.params.items()}


def source_of(listed: Listed, walk: Walk) -> str:
    return walk.source or f"{listed.table} {listed.alias}"

"""The filters of a list, and its count. The server's planner, which has statistics, chooses the way."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from crm.db.dialect import Runs
from crm.db.grams import ID_MASK, row_conditions
from crm.db.list_parts import (
    Condition,
    Ids,
    Listed,
    Part,
    Rows,
    Searched,
    Tagged,
    among_values,
)
from crm.db.postgres.fulltext import MATCHES, match_params
from crm.db.values import Params


@dataclass(frozen=True, slots=True)
class Fitting:
    """The condition for the rows of a list."""

    where: str
    params: Params


def count_page(
    tx: Runs, listed: Listed, parts: Sequence[Part], *, deleted: bool, limit: int | None
) -> tuple[int, bool]:
    """How many rows fit, and whether that is all; with a limit it stops counting there."""
    fitting = fitting_of(listed, parts, deleted=deleted)
    most = "" if limit is None else f"LIMIT {limit + 1}"
    rows = f"SELECT 1 FROM {listed.table} {listed.alias} WHERE {fitting.where} {most}"
    found = int(str(tx.value(f"SELECT count(*) FROM ({rows}) counted", **fitting.params)))
    return (found, True) if limit is None or found <= limit else (limit, False)


def plan_rows(tx: Runs, listed: Listed, parts: Sequence[Part], walk: Part) -> Rows:  # noqa: ARG001 - the dialect's
    """The live rows that fit, among those of `walk`."""
    fitting = fitting_of(listed, [*parts, walk], deleted=False)
    return Rows(f"{listed.table} {listed.alias}", fitting.where, fitting.params)


def fitting_of(listed: Listed, parts: Sequence[Part], *, deleted: bool) -> Fitting:
    """What is in the trash is in no search index."""
    checks = [_condition(listed, part, indexed=not deleted) for part in parts]
    where = " AND ".join([listed.trash if deleted else listed.live, *(each.where for each in checks)])
    return Fitting(where, {name: value for each in checks for name, value in each.params.items()})


def _condition(listed: Listed, part: Part, *, indexed: bool) -> Fitting:
    match part:
        case Condition():
            return Fitting(part.sql, part.params)
        case Searched():
            return _searched(listed, part, indexed=indexed)
        case Tagged():
            return _tagged(listed, part)
        case Ids():
            ids = orjson.dumps(sorted(set(part.ids))).decode()
            among = f"{listed.alias}.id IN (SELECT value FROM json_each(:{part.name}))"
            return Fitting(among, {part.name: ids})


def _searched(listed: Listed, part: Searched, *, indexed: bool) -> Fitting:
    checks, params = row_conditions(part.query, listed.texts, listed.joined)
    if not indexed:
        return Fitting(checks, params)
    where = f"""{listed.alias}.id IN (SELECT s.rowid & {ID_MASK} FROM {listed.table}_search s WHERE {MATCHES})
           AND {checks}"""
    return Fitting(where, {**params, **match_params(part.query)})


def _tagged(listed: Listed, part: Tagged) -> Fitting:
    among, params = among_values("b.tag_id", "tag_id", part.tag_ids)
    borne = f"b.workspace_id = :workspace_id AND {among} AND {part.among}"
    bearers = f"SELECT b.{part.bearer} FROM {part.bearing} b WHERE {borne}"
    return Fitting(f"{listed.alias}.id IN ({bearers})", {**params})

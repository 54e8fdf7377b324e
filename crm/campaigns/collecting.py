"""Taking daily figures in: a batch is stored whole, with its row in the log, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import orjson

from crm.activity import activity
from crm.campaigns.figures import DailyFigures
from crm.campaigns.months import note_changes
from crm.db.transaction import Transaction
from crm.errors import MOST_PROBLEMS, FieldProblem, Invalid, Sentence

KEY = ("campaign_id", "day", "source")
MEASURES = ("currency", "impressions", "clicks", "spend", "conversions", "value", "untold", "extras")
NO_CAMPAIGN = Sentence("There is no such campaign.")
Stored = dict[str, Any]
CampaignDay = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Collected:
    """How many rows a batch had, and what they were to those that there were."""

    rows: int
    new: int
    changed: int
    unchanged: int


def collect_daily(
    tx: Transaction, source: str, rows: Sequence[DailyFigures], taken_back: Sequence[CampaignDay] = ()
) -> Collected:
    """Add the days that are new and correct those that differ; a corrected day's earlier figures are kept.

    Days that are `taken_back` are missing from then on: they are counted as changed, and their figures kept.
    Raises Invalid with the place of each row that is wrong, such as `rows.3.spend`: nothing is stored then.
    """
    currencies = currencies_of(tx, {each.campaign_id for each in rows})
    _refuse(rows, currencies)
    given = [{**each.stored(currencies[each.campaign_id]), "source": source} for each in rows]
    earlier = _earlier(tx, given)
    new = [each for each in given if _key(each) not in earlier]
    changed = [each for each in given if _key(each) in earlier and _differs(each, earlier[_key(each)])]
    gone = list(_earlier(tx, [_place(source, each) for each in taken_back]).values())
    unchanged = len(rows) - len(new) - len(changed)
    collected = Collected(len(rows) + len(gone), len(new), len(changed) + len(gone), unchanged)
    collection_id = _log(tx, source, collected, [each["day"] for each in (*given, *gone)])
    if new or changed or gone:
        _keep_earlier(tx, [*(earlier[_key(each)] for each in changed), *gone], collection_id)
        _store(tx, [*new, *changed], collection_id)
        _take_back(tx, gone)
        note_changes(tx, new, changed, gone)
        after = {"source": source, **asdict(collected)}
        activity.record(tx, "collection.created", "collection", collection_id, after=after)
    return collected


def currencies_of(tx: Transaction, campaign_ids: Iterable[int]) -> dict[int, str]:
    """Of the live ones among them."""
    found = tx.tuples(
        """
        SELECT c.id, c.currency
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.id IN (SELECT value FROM json_each(:ids))
           AND c.deleted_at IS NULL
        """,
        ids=orjson.dumps(sorted(campaign_ids)).decode(),
    )
    return dict(found)


def _refuse(rows: Sequence[DailyFigures], currencies: Mapping[int, str]) -> None:
    problems = list(islice(_problems(rows, currencies), MOST_PROBLEMS + 1))
    if problems:
        raise Invalid(*problems)


def _problems(rows: Sequence[DailyFigures], currencies: Mapping[int, str]) -> Iterable[FieldProblem]:
    seen: dict[tuple[int, object], int] = {}
    for place, each in enumerate(rows):
        if each.campaign_id not in currencies:
            yield FieldProblem(f"rows.{place}.campaign_id", NO_CAMPAIGN)
        for problem in each.problems():
            yield FieldProblem(f"rows.{place}.{problem.field}", problem.message)
        first = seen.setdefault((each.campaign_id, each.day), place)
        if first != place:
            said = Sentence("is the campaign and day of rows.{first} again", first=first)
            yield FieldProblem(f"rows.{place}.date", said)


def _place(source: str, campaign_day: CampaignDay) -> Stored:
    return dict(zip(KEY, (*campaign_day, source), strict=True))


def _key(row: Mapping[str, Any]) -> CampaignDay:
    return row["campaign_id"], row["day"]


def _differs(row: Stored, earlier: Stored) -> bool:
    return any(row[name] != earlier[name] for name in MEASURES)


def _earlier(tx: Transaction, rows: Sequence[Stored]) -> dict[CampaignDay, Stored]:
    """What is stored for the same campaigns, days and source."""
    found = tx.run_many(
        """
        SELECT d.campaign_id, d.day, d.source, d.currency, d.impressions, d.clicks, d.spend, d.conversions,
               d.value, d.untold, d.extras, d.collection_id
          FROM daily_kpi_data d
         WHERE d.workspace_id = :workspace_id
           AND d.campaign_id = :campaign_id
           AND d.day = :day
           AND d.source = :source
        """,
        [{name: row[name] for name in KEY} for row in rows],
    )
    names = (*KEY, *MEASURES, "collection_id")
    stored = [dict(zip(names, row, strict=True)) for row in found]
    return {_key(row): row for row in stored}


def _keep_earlier(tx: Transaction, rows: Sequence[Stored], replaced_by: int) -> None:
    tx.run_many(
        """
        INSERT INTO daily_kpi_revisions (workspace_id, campaign_id, day, source, currency, impressions,
                                         clicks, spend, conversions, value, untold, extras,
                                         collection_id, replaced_by, created_at)
        VALUES (:workspace_id, :campaign_id, :day, :source, :currency, :impressions,
                :clicks, :spend, :conversions, :value, :untold, :extras,
                :collection_id, :replaced_by, :now)
        """,
        [{**row, "replaced_by": replaced_by} for row in rows],
    )


def _store(tx: Transaction, rows: Sequence[Stored], collection_id: int) -> None:
    tx.run_many(
        """
        INSERT INTO daily_kpi_data (workspace_id, campaign_id, day, source, currency, impressions, clicks,
                                    spend, conversions, value, untold, extras, collection_id, updated_at)
        VALUES (:workspace_id, :campaign_id, :day, :source, :currency, :impressions, :clicks,
                :spend, :conversions, :value, :untold, :extras, :collection_id, :now)
            ON CONFLICT (workspace_id, campaign_id, day, source)
            DO UPDATE SET currency = excluded.currency, impressions = excluded.impressions,
                          clicks = excluded.clicks, spend = excluded.spend,
                          conversions = excluded.conversions, value = excluded.value,
                          untold = excluded.untold,
                          extras = excluded.extras, collection_id = excluded.collection_id,
                          updated_at = excluded.updated_at
        """,
        [{**row, "collection_id": collection_id} for row in rows],
    )


def _take_back(tx: Transaction, rows: Sequence[Stored]) -> None:
    tx.run_many(
        """
        DELETE FROM daily_kpi_data
         WHERE workspace_id = :workspace_id
           AND campaign_id = :campaign_id
           AND day = :day
           AND source = :source
        """,
        [{name: row[name] for name in KEY} for row in rows],
    )


def _log(tx: Transaction, source: str, collected: Collected, days: Sequence[str]) -> int:
    return tx.insert(
        """
        INSERT INTO collection_log (workspace_id, source, rows, new_rows, changed_rows, unchanged_rows,
                                    first_day, last_day, collected_by, created_at)
        VALUES (:workspace_id, :source, :rows, :new, :changed, :unchanged,
                :first_day, :last_day, :actor_id, :now)
        RETURNING id
        """,
        source=source,
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        **asdict(collected),
    )

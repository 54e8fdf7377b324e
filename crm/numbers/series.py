"""The series of a workspace: how numbers of a kind are written, and what the next one will be."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from zoneinfo import ZoneInfo

from crm import clock
from crm.activity import activity
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, Invalid, NotFound, Sentence
from crm.fields import Fields, left_out, name_key
from crm.numbers.formats import KINDS, MOST_SEQ, Format, NumberKind, Reset, Start, write_number
from crm.records.skeleton import Skeleton, differing, facts_of, refuse_stale

SERIES_RECORD = Skeleton(
    "number_series", "number_series", Sentence("series"), ("format", "reset", "start"), known_by="kind"
)
DEFAULTS: Mapping[NumberKind, str] = {
    "deal": "D-{year}-{seq:05}",
    "stock": "S-{seq:05}",
    "quote": "Q-{year}-{seq:05}",
    "invoice": "INV-{year}-{seq:05}",
}
MOST_TAKEN = 1_000
"""How many numbers in a row may have been given before in another format."""

SERIES = """
SELECT s.id, s.kind, s.format, s.reset, s.start, s.version, w.timezone
  FROM workspaces w
  LEFT JOIN number_series s ON s.workspace_id = w.id AND s.kind = :kind
 WHERE w.id = :workspace_id
"""


class SeriesFields(Fields):
    """How the numbers of a kind are written from now on."""

    format: Format
    reset: Reset
    start: Start = 1


class SeriesChanges(Fields):
    """Some of it; the rest stays as it is."""

    format: Format = left_out()
    reset: Reset = left_out()
    start: Start = left_out()


@dataclass(frozen=True)
class Series:
    """`id` is 0 while nobody changed it. `reset`: yearly numbers begin anew in each year of the workspace's
    time zone. `next` is the number that the next record gets, or None where `start` must rise.
    """

    id: int
    kind: NumberKind
    format: str
    reset: Reset
    start: int
    next: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Run:
    """Where numbers are counted now: `period` is the year, or 0 where numbers run on."""

    kind: NumberKind
    format: str
    start: int
    year: int
    period: int


def known_kind(kind: str) -> NumberKind:
    """Raises NotFound."""
    for known in KINDS:
        if known == kind:
            return known
    raise NotFound(Sentence("There is no such {record}.", record=SERIES_RECORD.noun))


def list_series(tx: Transaction) -> list[Series]:
    return [get_series(tx, kind) for kind in KINDS]


def get_series(tx: Transaction, kind: str) -> Series:
    """With the number that comes next. Raises NotFound."""
    series, run = _read(tx, known_kind(kind))
    return replace(series, next=next_of(tx, run))


def run_of(tx: Transaction, kind: NumberKind) -> Run:
    """The run to which a number given in this moment belongs."""
    return _read(tx, kind)[1]


def preview(tx: Transaction, kind: str, fields: SeriesFields) -> str | None:
    """The next number if the series were changed to that. Raises NotFound and Invalid."""
    series, run = _read(tx, known_kind(kind))
    checked = _checked(replace(series, **fields.model_dump()))
    return next_of(tx, _run(checked, run.year))


def change_series(
    tx: Transaction, kind: str, fields: SeriesFields | SeriesChanges, *, expected_version: int | None = None
) -> Series:
    """Numbers that were given stay, and none is given twice. Raises NotFound, Stale and Invalid."""
    old, run = _read(tx, known_kind(kind))
    refuse_stale(SERIES_RECORD, old, expected_version)
    given = fields.model_dump(exclude_unset=isinstance(fields, SeriesChanges))
    values = differing(SERIES_RECORD, old, given)
    if not values:
        return get_series(tx, kind)
    new = _checked(replace(old, **values))
    if next_of(tx, _run(new, run.year)) is None:
        raise Invalid.field("start", "must be higher: the next numbers were already given in another format")
    series_id = _store(tx, new)
    before, after = activity.changes(facts_of(SERIES_RECORD, old), facts_of(SERIES_RECORD, new))
    named = {"kind": kind}
    activity.record(
        tx, "number_series.changed", "number_series", series_id, before=before | named, after=after | named
    )
    return get_series(tx, kind)


def next_of(tx: Transaction, run: Run) -> str | None:
    """What the next number will be, as long as nobody else takes it."""
    counted = tx.value(
        """
        SELECT next_seq
          FROM number_counters
         WHERE workspace_id = :workspace_id
           AND kind = :kind
           AND period = :period
        """,
        kind=run.kind,
        period=run.period,
    )
    first = max(int(counted or 1), run.start)
    for seq in range(first, min(first + MOST_TAKEN, MOST_SEQ + 1)):
        number = write_number(run.format, run.year, seq)
        if not was_issued(tx, run.kind, number):
            return number
    return None


def was_issued(tx: Transaction, kind: NumberKind, number: str) -> bool:
    found = tx.value(
        """
        SELECT 1
          FROM issued_numbers
         WHERE workspace_id = :workspace_id
           AND kind = :kind
           AND number_key = :number_key
        """,
        kind=kind,
        number_key=name_key(number),
    )
    return found is not None


def refuse_exhausted(run: Run) -> Conflict:
    """The error to raise."""
    sentence = Sentence("There is no free {kind} number. Change its format in the settings.", kind=run.kind)
    return Conflict(sentence)


def _read(tx: Transaction, kind: NumberKind) -> tuple[Series, Run]:
    row = tx.one(SERIES, kind=kind) or {}
    series = _series_of(kind, row)
    year = clock.from_text(tx.now).astimezone(ZoneInfo(row["timezone"])).year
    return series, _run(series, year)


def _series_of(kind: NumberKind, row: Row) -> Series:
    if row["id"] is None:
        default = DEFAULTS[kind]
        return Series(0, kind, default, "yearly" if "{year}" in default else "never", 1, None, 1)
    return Series(row["id"], kind, row["format"], row["reset"], row["start"], None, row["version"])


def _run(series: Series, year: int) -> Run:
    period = year if series.reset == "yearly" else 0
    return Run(series.kind, series.format, series.start, year, period)


def _checked(series: Series) -> Series:
    if series.reset == "yearly" and "{year}" not in series.format:
        raise Invalid.field("format", "must hold {year} where numbers begin anew in each year")
    return series


def _store(tx: Transaction, series: Series) -> int:
    facts = {name: value for name, value in asdict(series).items() if name in ("format", "reset", "start")}
    return tx.insert(
        """
        INSERT INTO number_series (workspace_id, kind, format, reset, start, version, created_at, updated_at)
        VALUES (:workspace_id, :kind, :format, :reset, :start, 2, :now, :now)
            ON CONFLICT (workspace_id, kind) DO UPDATE
           SET format = excluded.format, reset = excluded.reset, start = excluded.start,
               version = number_series.version + 1, updated_at = excluded.updated_at
        RETURNING id
        """,
        kind=series.kind,
        **facts,
    )

"""Exporting a list: what is asked for, its entry in the ledger, and the parts of the file.

The rows are read page by page, each in a snapshot of its own. One snapshot for all would keep the log of
changes from being cut for as long as somebody downloads. So a record that is changed meanwhile is there as it
was or as it is; one that a change moves within the order may be there twice, or be missing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from crm.activity import activity
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.store import FileStore
from crm.db.transaction import Transaction
from crm.documents.company import get_company
from crm.exports.cards import card_parts
from crm.exports.columns import Row, Table, export_of, rows_of, table_of
from crm.exports.custom_columns import sheet_of
from crm.exports.photos import Place, places_of
from crm.exports.tables import csv_parts, json_parts
from crm.exports.workbook import workbook_parts
from crm.records.kind import Kind

Format = Literal["csv", "xlsx", "jsonl", "vcard", "google", "meta"]
FORMATS: tuple[Format, ...] = get_args(Format)
SHEETS: tuple[Format, ...] = ("csv", "xlsx")
FEEDS: tuple[Format, ...] = ("google", "meta")
PART = 1_000
Cards = tuple[list[Row], Mapping[int, Place]]
"""Rows, and where the pictures of those contacts are."""
SUFFIXES: dict[Format, str] = {
    "csv": "csv", "xlsx": "xlsx", "jsonl": "jsonl", "vcard": "vcf", "google": "xml", "meta": "csv",
}  # fmt: skip
MEDIA: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
    "vcard": "text/vcard; charset=utf-8",
    "google": "application/rss+xml; charset=utf-8",
    "meta": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. `filters` is the kind's own model; `given` are those of them that are set."""

    kind: Kind
    filters: Any
    given: dict[str, Any]
    sort: str | None
    form: Format
    delimiter: str = ","
    mark: bool = False


def formats_of(kind: Kind) -> tuple[Format, ...]:
    """Only contacts can be cards, and only goods have feeds."""
    export = export_of(kind)
    others = {*FEEDS, "vcard"} - export.feeds.keys() - ({"vcard"} if export.cards else set())
    return tuple(each for each in FORMATS if each not in others)


def begin_export(tx: Transaction, order: Order) -> int:
    """Note in the ledger what is about to leave; returns how many records that are.

    Raises Invalid for an order of the list, or a filter, that does not exist.
    """
    export = export_of(order.kind)
    export.page(tx, order.filters, sort=order.sort, limit=1, cursor=None)
    count: int = export.count(tx, order.filters, limit=None).total
    facts = {"format": order.form, "count": count, "filters": order.given}
    workspace = int(tx.actor.workspace_id or 0)
    activity.record(tx, f"{order.kind.name}.exported", "workspace", workspace, after=facts)
    return count


def begin_card(tx: Transaction, kind: Kind, record: Any) -> Cards:
    """One record for a vCard, noted in the ledger as an export."""
    facts = {"format": "vcard", "count": 1, "filters": {"id": record.id}}
    workspace = int(tx.actor.workspace_id or 0)
    activity.record(tx, f"{kind.name}.exported", "workspace", workspace, after=facts)
    rows = rows_of(tx, table_of(kind), [record])
    return rows, places_of(tx, {record.picture_id} - {None})


def file_parts(
    db: Database, actor: Actor, order: Order, store: FileStore, note: Callable[[int], object] = int
) -> Iterator[bytes]:
    """The file, piece by piece, in bounded memory. `note` is told how many more records were read; the
    pictures of contacts are in `store`.
    """
    table = db.report(sheet_of, actor, order.kind) if order.form in SHEETS else table_of(order.kind)
    pieces = _pieces(db, actor, order, table, note)
    writers: dict[Format, Callable[[], Iterator[bytes]]] = {
        "csv": lambda: csv_parts(table, pieces, order.delimiter, mark=order.mark),
        "xlsx": lambda: workbook_parts(table, pieces, order.kind.table),
        "jsonl": lambda: json_parts(table, pieces),
        "vcard": lambda: card_parts(table, _with_places(db, actor, table, pieces), store),
    }
    feed = export_of(order.kind).feeds.get(order.form)
    if feed is None:
        yield from writers[order.form]()
        return
    seller = asdict(db.read(get_company, actor))
    yield from feed(
        ([dict(zip(table.names, row, strict=True)) for row in rows] for rows in pieces), seller=seller
    )


def _with_places(db: Database, actor: Actor, table: Table, pieces: Iterator[list[Row]]) -> Iterator[Cards]:
    at = table.names.index("picture_id")
    for rows in pieces:
        yield rows, db.report(places_of, actor, {row[at] for row in rows} - {None})


def _pieces(
    db: Database, actor: Actor, order: Order, table: Table, note: Callable[[int], object]
) -> Iterator[list[Row]]:
    cursor = None
    while True:
        rows, cursor = db.report(_piece, actor, order, table, cursor)
        note(len(rows))
        yield rows
        if cursor is None:
            return


def _piece(tx: Transaction, order: Order, table: Table, cursor: str | None) -> tuple[list[Row], str | None]:
    page = export_of(order.kind).page(tx, order.filters, sort=order.sort, limit=PART, cursor=cursor)
    return rows_of(tx, table, page.rows), page.next

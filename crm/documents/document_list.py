"""What lists of quotes and of invoices share: their filters, orders and search, in keyset pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.day_filters import created_and_updated
from crm.custom_fields.listing import sorts_with_custom
from crm.db.keyset import Page
from crm.db.list_pages import count_list, read_list
from crm.db.list_parts import Listed, ListRow, Part, Sort, column_part
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction
from crm.fields import MAX_ID
from crm.money import Amount
from crm.records.conditions.grammar import FilterText
from crm.records.list_filters import amount_parts, sought_parts
from crm.records.seen import only_seen, seen_parts
from crm.time_fields import Day

NOBODY = 0
SUGGESTIONS = 5
SEEN_CLIENT = """({alias}.client_id IS NULL OR EXISTS (
                    SELECT 1 FROM clients sought
                     WHERE sought.workspace_id = :workspace_id AND sought.id = {alias}.client_id {seen}))"""


class DocumentFilter(BaseModel):
    """The filters that both lists have; bounds are inclusive, and `deleted` lists the trash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(default=None, max_length=200, description="Words of number, title and client")
    client_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    owner_id: int | None = Field(default=None, ge=0, le=MAX_ID, description="0: those without an owner")
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    total_from: Amount | None = None
    total_to: Amount | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    filter: FilterText | None = None
    deleted: bool = False


F = TypeVar("F", bound=DocumentFilter)
R = TypeVar("R")


def document_sorts(alias: str, name: str, name_key: str, **own: Sort) -> dict[str, Sort]:
    """With those that one kind alone has. `name` is the field that people know a document by."""
    return {
        "created_at": Sort((f"{alias}.id",), (int,), moment=f"{alias}.created_at"),
        "updated_at": Sort((f"{alias}.updated_at", f"{alias}.id"), (str, int)),
        name: Sort((f"{alias}.{name_key}", f"{alias}.id"), (str, int)),
        "title": Sort((f"{alias}.title_key", f"{alias}.id"), (str, int)),
        "total": Sort((f"{alias}.total_minor", f"{alias}.id"), (int, int)),
        "state": Sort((f"{alias}.state", f"{alias}.id"), (str, int)),
        **own,
        "deleted_at": Sort((f"{alias}.deleted_at", f"{alias}.id"), (str, int), of_trash=True),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentList(Generic[F, R]):
    """The list of one kind of document, whose rows have the `columns` and make a record each. `same` are the
    filters that ask for a value of the column of that name; `own` makes the parts of the others. `today` is
    the day by which `columns` say what is over.
    """

    kind: str
    listed: Listed
    name_key: str
    columns: Callable[[Transaction], str]
    width: int
    record_of: Callable[[Transaction], Callable[[ListRow], R]]
    today: Callable[[Transaction], str]
    filters: type[F]
    same: tuple[str, ...]
    own: Callable[[Transaction, F], list[Part]]

    def page(
        self, tx: Transaction, wanted: F, *, sort: str | None = None, limit: int, cursor: str | None = None
    ) -> Page[R]:
        """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
        return read_list(
            tx,
            replace(self.shown(tx), sorts=self._sorts(tx, sort)),
            self.parts(tx, wanted),
            self.record_of(tx),
            width=self.width,
            sort=sort,
            deleted=wanted.deleted,
            limit=limit,
            cursor=cursor,
            today=self.today(tx),
        )

    def count(self, tx: Transaction, wanted: F, *, limit: int | None = COUNT_LIMIT) -> Count:
        """How many such a list has. To stay quick it stops counting at `limit`; None counts all."""
        return count_list(tx, self.shown(tx), self.parts(tx, wanted), deleted=wanted.deleted, limit=limit)

    def suggest(self, tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[R]:
        """The newest few for what is being typed."""
        return self.page(tx, self.filters(q=text), limit=limit).rows

    def shown(self, tx: Transaction) -> Listed:
        """With everything that a page shows. A search finds none by the name of a client who is hidden."""
        alias, shown = self.listed.alias, replace(self.listed, shown=self.columns(tx))
        seen = only_seen(tx, "client", "sought")
        if not seen:
            return shown
        named = SEEN_CLIENT.format(alias=alias, seen=seen)
        own = f"({alias}.title_key || ' ' || {alias}.{self.name_key})"
        return replace(
            shown,
            texts=f"CASE WHEN {named} THEN {shown.texts} ELSE {own} END",
            joined=f"CASE WHEN {named} THEN {alias}.joined ELSE '' END",
        )

    def _sorts(self, tx: Transaction, sort: str | None) -> Mapping[str, Sort]:
        """With those by custom fields where one is asked for."""
        return sorts_with_custom(tx, self.kind, self.listed.alias, self.listed.sorts, sort)

    def parts(self, tx: Transaction, wanted: F) -> list[Part] | None:
        """The filters that are set; None when one cannot match anything."""
        parts = sought_parts(tx, self.kind, wanted.q, wanted.tag)
        if parts is None:
            return None
        parts += self._same(wanted)
        parts += seen_parts(tx, self.kind, self.listed.alias)
        alias = self.listed.alias
        parts += self.own(tx, wanted)
        parts += amount_parts(f"{alias}.total_minor", "total", wanted.total_from, wanted.total_to)
        parts += created_and_updated(tx, alias, wanted)
        return with_conditions(tx, self.kind, self.listed.alias, wanted.filter, parts)

    def _same(self, wanted: F) -> list[Part]:
        held = {name: getattr(wanted, name) for name in self.same}
        given: dict[str, Any] = {name: value for name, value in held.items() if value is not None}
        if given.get("owner_id") == NOBODY:
            given["owner_id"] = None
        return [column_part(self.listed, name, value) for name, value in given.items()]


def document_texts(alias: str) -> str:
    """What a search looks in."""
    return f"({alias}.title_key || ' ' || {alias}.client_key || ' ' || {alias}.sought)"

"""Lists that are short by nature, read whole and cut into the same pages as the long ones."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page, decode_cursor, page_of


class Record(Protocol):
    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=Record)


class ShortListQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=400)


def short_page(rows: Iterable[R], wanted: ShortListQuery) -> Page[R]:
    """Newest first."""
    newest_first = sorted(rows, key=lambda row: row.id, reverse=True)
    if wanted.cursor:
        last = int(decode_cursor(wanted.cursor, (int,))[0])
        newest_first = [row for row in newest_first if row.id < last]
    return page_of(newest_first[: wanted.limit + 1], wanted.limit, lambda row: (row.id,))

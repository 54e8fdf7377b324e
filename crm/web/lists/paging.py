"""Paging of the API's lists."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT
from crm.db.list_parts import Sort

LONGEST_SORT = 60
"""Room for the longest name of a custom field."""


class PageQuery(BaseModel):
    """`cursor` is the `next` of the page before: there are more records as long as there is one, even after a
    page with fewer records than `limit`.
    """

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(
        None,
        max_length=400,
        description="The next of the page before. A page may be short: the last one has no next",
    )


class DeletedQuery(BaseModel):
    """`deleted=true` asks for those that were deleted and can be restored."""

    model_config = ConfigDict(extra="forbid")

    deleted: bool = False


def sorts_in_words(sorts: Mapping[str, Sort]) -> str:
    """For the document of the API."""
    names = sorted(name for name, sort in sorts.items() if not sort.of_trash)
    return f"{', '.join(names)}; -{names[0]} reversed"


def list_query_of(filters: type[BaseModel], sorts: Mapping[str, Sort]) -> Any:
    """The model of what an address of the list may say: its filters, its order and the page."""
    sort = Field(None, max_length=LONGEST_SORT, description=sorts_in_words(sorts))
    return create_model(
        f"{filters.__name__}Query",
        __base__=filters,
        sort=(str | None, sort),
        limit=(int, Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)),
        cursor=(str | None, Field(None, max_length=2000)),
    )

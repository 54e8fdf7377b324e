"""The parts of a list's address: filters, order, page."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from crm.web.lists.paging import LONGEST_SORT
from crm.web.rendering import address_of
from crm.web.requests.page_address import Address

TRASH = frozenset({"deleted"})


class ListAddress(Address):
    """`view` is the id of the saved view from which one came, or `all`.

    Beside it in a class comes the filter of the list: what narrows is described once, for API and page.
    """

    endpoint: ClassVar[str]
    looks: ClassVar[tuple[str, ...]] = ("sort",)
    """What a view keeps beside the filters."""

    sort: str | None = Field(default=None, max_length=LONGEST_SORT)
    cursor: str | None = Field(default=None, max_length=2000)
    view: str | None = Field(default=None, pattern="^(all|[1-9][0-9]{0,17})$")

    @model_validator(mode="before")
    @classmethod
    def _without_trash(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The trash has a page of its own."""
        return {name: value for name, value in given.items() if name not in TRASH}

    @property
    def own_columns(self) -> frozenset[str]:
        """The names of the custom fields to show."""
        return frozenset()

    @cached_property
    def filters(self) -> dict[str, Any]:
        """The filters of the list, as in its address."""
        other = {"sort", "cursor", "view", *self.looks, *TRASH}
        return self.model_dump(mode="json", exclude=other, exclude_none=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Without the filters that were written out of the original."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("filters", None)
        return copied

    @property
    def kept(self) -> dict[str, Any]:
        """What a saved view keeps."""
        looks = {name: getattr(self, name) for name in self.looks}
        return self.filters | {name: look for name, look in looks.items() if look}

    def address(
        self,
        sort: str | None = None,
        cursor: str | None = None,
        endpoint: str | None = None,
        without: Collection[str] = (),
    ) -> str:
        """This list in another order, from another position, or without some filters; else its first page."""
        looks = {name: getattr(self, name) for name in self.looks}
        filters = {name: value for name, value in self.filters.items() if name not in without}
        given = filters | looks | {"sort": sort or self.sort, "view": self.view, "cursor": cursor}
        return address_of(
            endpoint or self.endpoint, **{name: value for name, value in given.items() if value is not None}
        )

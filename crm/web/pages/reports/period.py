"""The period of a report: its last months, or the days that take their place."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import url_for
from pydantic import Field

from crm.time_fields import Day
from crm.web.requests.page_address import Address

SPANS = (3, 6, 12, 24)


class LastMonths(Address):
    months: int = Field(12, ge=1, le=60)

    @property
    def spans(self) -> list[int]:
        """Those to choose from, with the chosen one."""
        return sorted({*SPANS, self.months})


class Period(LastMonths):
    """`endpoint` is that of the report's page."""

    endpoint: ClassVar[str]
    since: Day | None = None
    until: Day | None = None

    @property
    def filters(self) -> dict[str, Any]:
        """What is set, as an address holds it."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def address(self, without: Sequence[str] = ()) -> str:
        kept = {name: value for name, value in self.filters.items() if name not in without}
        return url_for(self.endpoint, **kept)

"""/api/kpis: the daily figures of campaigns."""

import json
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from flask import Blueprint, Response, request
from pydantic import BeforeValidator, Field, WithJsonSchema

from crm.campaigns.collecting import Collected, collect_daily
from crm.campaigns.fields import SourceName
from crm.campaigns.figures import NO_NUMBER, DailyFigures, Extra
from crm.errors import Invalid
from crm.fields import Fields, Id, UntilEnough
from crm.money import CurrentCurrency, as_decimal
from crm.time_fields import Day
from crm.web.auth import accepts_figures, permit
from crm.web.errors import Malformed
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body
from crm.web.responses import answers

MOST_ROWS = 10_000
VALUES_OF_A_ROW = 40
blueprint = Blueprint("api_kpis", __name__, url_prefix="/api/kpis")

Figure = Annotated[Decimal, BeforeValidator(as_decimal), WithJsonSchema({"type": "number", "minimum": 0})]


class DailyRow(Fields):
    """One day of a campaign. What is left out is 0; null is what the source does not tell."""

    campaign_id: Id
    date: Day
    impressions: int | None = Field(default=0, ge=0)
    clicks: int | None = Field(default=0, ge=0)
    spend: Figure | None = Field(default=Decimal(0), description="In major units, up to 6 decimal places")
    conversions: Figure | None = Field(default=Decimal(0), description="Perhaps a fraction, up to 9 places")
    conversion_value: Figure | None = Field(default=Decimal(0), description="As `spend` is")
    currency: CurrentCurrency | None = Field(default=None, description="Left out, the campaign's")
    extras: dict[str, Extra] = Field(default={}, description="Further figures of the platform, by name")

    def figures(self) -> DailyFigures:
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "date"}
        return DailyFigures(day=self.date, **given)


class DailyBatch(Fields):
    """A source's figures: each campaign and day once."""

    most_values: ClassVar[int] = MOST_ROWS * VALUES_OF_A_ROW

    source: SourceName = Field(description="Who tells them, such as google_ads")
    rows: list[Annotated[DailyRow, UntilEnough]] = Field(max_length=MOST_ROWS)


@blueprint.post("/daily")
@permit("campaigns.write")
@accepts_figures
@contract(body=DailyBatch, result=Collected, refusals=(409,))
def collect() -> Response:
    """Add or correct daily figures of campaigns: all rows or none

    A row is known by its campaign, day and source. The same rows again change nothing.
    """
    batch = _batch()
    rows = [each.figures() for each in batch.rows]
    return answer_once(lambda tx: collect_daily(tx, batch.source, rows), answers.data)


def _batch() -> DailyBatch:
    """Raises Invalid that names the row also of a number that JSON does not know, such as NaN."""
    try:
        return json_body(DailyBatch)
    except Malformed:
        _refuse_no_numbers(request.get_data())
        raise


def _refuse_no_numbers(raw: bytes) -> None:
    try:
        body = json.loads(raw, parse_constant=_NoNumber)
    except (ValueError, RecursionError):
        return
    rows = body.get("rows") if isinstance(body, dict) else None
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        for name, value in _entries(row):
            if isinstance(value, _NoNumber):
                raise Invalid.field(f"rows.{place}.{name}", NO_NUMBER)


def _entries(row: Any) -> list[tuple[str, Any]]:
    return list(row.items()) if isinstance(row, dict) else []


class _NoNumber(str):
    """NaN or Infinity, as Python and JavaScript write them."""

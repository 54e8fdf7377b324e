"""The fields of a lead and their limits, for pages and API."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.custom_fields.schema import GivenCustom, of_kind
from crm.fields import Blank, Fields, Id, Line, Name, ShortLine, Tags, Text, left_out, name_key, visible
from crm.leads.stage_fields import Position
from crm.money import Currency, Price
from crm.time_fields import OptionalDay

Status = Literal["new", "in_progress", "waiting", "won", "lost"]

DEFAULT_TYPE = "inquiry"


TypeName = Annotated[
    Line, StringConstraints(min_length=1, max_length=40), AfterValidator(visible), AfterValidator(name_key)
]
Details = Annotated[Annotated[Text, StringConstraints(max_length=20_000)] | None, Blank]


class LeadFields(Fields):
    """A whole lead: omitted fields get their defaults, also in a PUT, except stage, status and currency."""

    title: Name
    value: Price = Decimal(0)
    currency: Currency | None = Field(default=None, description="ISO 4217; left out, the workspace's")
    client_id: Id | None = None
    pipeline_id: Id | None = Field(
        default=None, description="Left out, the stage's, else the default pipeline"
    )
    stage_id: Id | None = Field(default=None, description="Left out, the pipeline's first open stage")
    owner_id: Id | None = Field(default=None, description="The user who looks after the lead")
    source: ShortLine = None
    expected_close: OptionalDay = None
    details: Details = None
    type: TypeName = DEFAULT_TYPE
    status: Status | None = Field(default=None, description="Won and lost come from the kind of the stage")
    tags: Tags = Field(default=[])
    lost_reason: ShortLine = Field(default=None, description="Only in a stage of kind lost")
    custom: GivenCustom | None = of_kind("lead")


class LeadChanges(Fields):
    """Some fields of a lead; the others stay as they are."""

    title: Name = left_out()
    value: Price = left_out()
    currency: Currency = left_out()
    client_id: Id | None = left_out()
    pipeline_id: Id = left_out()
    stage_id: Id = left_out()
    owner_id: Id | None = left_out()
    source: ShortLine = left_out()
    expected_close: OptionalDay = left_out()
    details: Details = left_out()
    type: TypeName = left_out()
    status: Status = left_out()
    tags: Tags = left_out()
    lost_reason: ShortLine = left_out()
    custom: GivenCustom = of_kind("lead", left_out=True)


class LeadMove(Fields):
    """Where to put a card. Without `position` and `after_id` it goes to the top of the stage."""

    stage_id: Id
    position: Position | None = Field(
        default=None, description="Its place among the stage's cards; 0 is the top"
    )
    after_id: Id | None = Field(default=None, description="The card to put it below, instead of a position")
    lost_reason: ShortLine = None


class LeadLoss(Fields):
    """Why a lead was lost, if known."""

    lost_reason: ShortLine = None


KEPT_WHEN_LEFT_OUT = ("currency", "pipeline_id", "stage_id", "status")


def given_values(fields: LeadFields | LeadChanges) -> dict[str, Any]:
    """The values to write: all of a whole lead, or only the given ones of changes."""
    if isinstance(fields, LeadChanges):
        return fields.model_dump(exclude_unset=True)
    values = fields.model_dump()
    return {
        name: value for name, value in values.items() if value is not None or name not in KEPT_WHEN_LEFT_OUT
    }

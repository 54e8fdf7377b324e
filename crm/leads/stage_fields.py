"""The fields of pipelines and stages."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.fields import Fields, Line, Name, left_out

Kind = Literal["open", "won", "lost"]

COLOUR = re.compile(r"#[0-9a-f]{6}")
GREY = "#7c8a86"
MAX_STAGES = 50


def _colour(text: str) -> str:
    if not COLOUR.fullmatch(text.lower()):
        raise ValueError("must be a colour such as #3b82c4")
    return text.lower()


StageName = Annotated[Name, StringConstraints(max_length=60)]
Colour = Annotated[Line, StringConstraints(max_length=100), AfterValidator(_colour)]
Probability = Annotated[int, Field(ge=0, le=100)]
StaleDays = Annotated[int, Field(ge=1, le=3650)]
Position = Annotated[int, Field(ge=0, le=10**9)]


class StageFields(Fields):
    """A stage to create."""

    name: StageName
    colour: Colour = GREY
    kind: Kind = "open"
    probability: Probability | None = Field(
        default=None, description="In per cent; always 100 for won and 0 for lost"
    )
    stale_days: StaleDays | None = Field(
        default=None, description="Days without a touch after which a card is stale"
    )
    position: Position | None = Field(
        default=None, description="0 is the first; left out, it becomes the last"
    )


class StageChanges(Fields):
    """Some fields of a stage: what is left out stays as it is."""

    name: StageName = left_out()
    colour: Colour = left_out()
    kind: Kind = left_out()
    probability: Probability = left_out()
    stale_days: StaleDays | None = left_out()
    position: Position = left_out(description="0 is the first")
    archived: bool = left_out()


class PipelineFields(Fields):
    """A pipeline to create; left out, `stages` are the usual ones."""

    name: Name
    stages: Annotated[list[StageFields], Field(min_length=1, max_length=MAX_STAGES)] | None = None


class PipelineChanges(Fields):
    """Some fields of a pipeline: what is left out stays as it is."""

    name: Name = left_out()
    is_default: Literal[True] = left_out(description="Takes the place of the pipeline that was the default")
    archived: bool = left_out()

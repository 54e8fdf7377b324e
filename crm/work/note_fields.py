"""The fields of notes and calls."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm import clock
from crm.fields import Fields, Id, Text, left_out, visible
from crm.records.subjects import Subject
from crm.time_fields import Moment

NoteKind = Literal["note", "call"]
Direction = Literal["in", "out"]

NoteText = Annotated[Text, StringConstraints(min_length=1, max_length=20_000), AfterValidator(visible)]
Minutes = Annotated[int, Field(ge=0, le=10_000)]


class NoteFields(Fields):
    """A note or a call to add to the timeline of its subject."""

    subject: Subject
    subject_id: Id
    kind: NoteKind = "note"
    text: NoteText
    direction: Direction | None = Field(default=None, description="Of a call")
    minutes: Minutes | None = Field(default=None, description="Of a call")
    happened_at: Moment | None = Field(default=None, description="Left out, now")


class NoteChanges(Fields):
    """Some fields of a note or call; the others stay as they are."""

    text: NoteText = left_out()
    direction: Direction | None = left_out()
    minutes: Minutes | None = left_out()
    happened_at: Moment = left_out()


def note_values(fields: NoteFields | NoteChanges) -> dict[str, Any]:
    """The given values in the form in which they are stored."""
    values = fields.model_dump(exclude_unset=isinstance(fields, NoteChanges))
    if values.get("happened_at") is not None:
        values["happened_at"] = clock.as_text(values["happened_at"])
    return values

"""What is asked of a merge, and of taking one back."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from crm.clients.fields import ClientChanges
from crm.fields import Fields, Id
from crm.records.bulk import Version

TAKEN = (
    "name", "email", "phone", "company_id", "job_title", "birthday", "website", "address", "city",
    "country", "status", "source", "owner_id", "tags", "notes", "language", "currency",
    "picture_id",
)  # fmt: skip
"""The fields of which one of two values is kept, beside those of the workspace (`custom.key`)."""
MOST_NAMED = 500
Named = Annotated[str, StringConstraints(max_length=200)]
Kept = Literal["now", "before"]


class ClientMerge(Fields):
    """Which client goes into the one of the address, and whose values are kept.

    A field that neither `fields` nor `from_other` names keeps its value; where it has none, it takes that of
    the other client. Tags are put together. What else belonged to the other client moves.
    """

    other_id: Id = Field(description="The client that is merged into this one")
    fields: ClientChanges = Field(
        default_factory=ClientChanges, description="Values to set, as in a PATCH of the client"
    )
    from_other: Annotated[list[Named], Field(max_length=MOST_NAMED)] = Field(
        default_factory=list,
        description=f"Fields that take the other client's value, even an empty one: {', '.join(TAKEN)}, or "
        "custom fields such as custom.size",
    )
    other_version: Version | None = Field(
        default=None, description="The version of the other client that was read; 412 if it has changed"
    )
    allow_duplicate: bool = Field(
        default=False, description="Set a new e-mail address or phone number although a third client has it"
    )


class ClientUnmerge(Fields):
    """Which value to keep of each field that the merge set and somebody changed since."""

    keep: dict[Named, Kept] = Field(
        default_factory=dict,
        max_length=MOST_NAMED,
        description="`now`: as it is; `before`: as it was before the merge",
    )

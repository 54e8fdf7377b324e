"""What people write of a custom field, for pages and API."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from crm.custom_fields.custom_field import AnyValue
from crm.custom_fields.field_types import TypeName
from crm.custom_fields.reading import MOST_CHOICES
from crm.errors import Sentence
from crm.fields import Blank, Fields, Line, Text, left_out, name_key, visible
from crm.money import CurrentCurrency

MOST_FIELDS = 100
RANGE_ENDS = ("_from", "_to")


def _fit_for_addresses(key: str) -> str:
    """In addresses `size_from` is where a range of `size` begins."""
    if key.endswith(RANGE_ENDS):
        raise ValueError("may not end in _from or _to")
    return key


def _different(choices: list["ChoiceFields"]) -> list["ChoiceFields"]:
    labels = [name_key(choice.label) for choice in choices]
    keys = [choice.key for choice in choices if choice.key]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    twice = twice or next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise ValueError(Sentence("names {choice} twice", choice=twice))
    return choices


Label = Annotated[
    Annotated[Line, StringConstraints(max_length=100)],
    AfterValidator(visible),
    Field(description="What people see"),
]
Key = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40),
    AfterValidator(_fit_for_addresses),
]
Group = Annotated[Annotated[Line, StringConstraints(max_length=100)] | None, Blank]
Help = Annotated[Annotated[Text, StringConstraints(max_length=500)] | None, Blank]
Place = Annotated[int, Field(ge=0, lt=MOST_FIELDS)]


class ChoiceFields(Fields):
    """A choice; without `key` it is a new one."""

    label: Label
    key: Key | None = None


Choices = Annotated[list[ChoiceFields], Field(max_length=MOST_CHOICES), AfterValidator(_different)]


class NewCustomField(Fields):
    """A field to add to all records of a kind."""

    kind: Annotated[str, StringConstraints(max_length=40)] = Field(
        json_schema_extra={"x-one-of": "customized"}, description="The kind of record"
    )
    label: Label
    field_type: TypeName
    key: Key | None = Field(default=None, description="Its name in `custom`; made of the label if left out")
    group: Group = Field(default=None, description="Fields of one group are shown together")
    help: Help = None
    required: bool = Field(default=False, description="Whether a new record needs a value")
    unique: bool = Field(default=False, description="Whether no two records may have the same value")
    default: AnyValue = Field(default=None, description="The value of a new record that is given none")
    choices: Choices = Field(default=[])
    currency: CurrentCurrency | None = Field(
        default=None, description="Of an amount of money; the workspace's if left out"
    )
    on_card: bool = Field(default=False, description="Whether cards of the board show it")


class ConversionFields(Fields):
    """Another type for a field, whose values are converted."""

    field_type: TypeName
    choices: Choices = Field(
        default=[], description="Of a field of choices; without them each value becomes one"
    )
    currency: CurrentCurrency | None = Field(
        default=None, description="Of an amount of money; the workspace's if left out"
    )
    empty_unfit: bool = Field(
        default=False, description="Go on although some values do not fit: these are emptied"
    )


class CustomFieldChanges(Fields):
    """Only the fields that are given change. Choices that are left out are no longer offered."""

    label: Label = left_out()
    group: Group = left_out()
    help: Help = left_out()
    required: bool = left_out()
    unique: bool = left_out()
    default: AnyValue = left_out()
    choices: Choices = left_out()
    currency: CurrentCurrency = left_out()
    on_card: bool = left_out()
    position: Place = left_out()

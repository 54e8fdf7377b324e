"""What people give as the value of a custom field, read by its type."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints, TypeAdapter, ValidationError

from crm import clock
from crm.custom_fields.custom_field import CustomField
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.field_refusals import refusal_of
from crm.fields import Email, Line, Text, WebAddress, name_key, visible
from crm.money import MOST_DIGITS, MOST_PLACES, as_decimal, as_major, as_stored, check_places, places_in
from crm.time_fields import Moment

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(9999, 12, 30)
MOST_CHOICES = 200
ParsePhone = Callable[[Transaction, str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that is given for a field. `parse_phone` raises Invalid unless it is a phone number."""

    tx: Transaction
    field: CustomField
    parse_phone: ParsePhone


def _as_day(value: object) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value.strip()):
        raise ValueError("must be a day such as 2026-11-21")
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("is not a valid date") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("must be a day from 1000-01-01 to 9999-12-30")
    return day


def _check_number(number: Decimal) -> Decimal:
    places = places_in(number)
    if places > MOST_PLACES:
        raise ValueError(Sentence("may have at most {places} decimal places", places=MOST_PLACES))
    if abs(number) >= 10 ** (MOST_DIGITS - places):
        raise ValueError(Sentence("may have at most {digits} digits", digits=MOST_DIGITS))
    return number


def _as_number(number: Decimal) -> int | float:
    return as_major(as_stored(number))


TEXT: TypeAdapter[str] = TypeAdapter(
    Annotated[Line, StringConstraints(max_length=255), AfterValidator(visible)]
)
LONG_TEXT: TypeAdapter[str] = TypeAdapter(
    Annotated[Text, StringConstraints(max_length=10_000), AfterValidator(visible)]
)
SIGNED = Annotated[Decimal, BeforeValidator(as_decimal), AfterValidator(_check_number)]
DECIMAL: TypeAdapter[Decimal] = TypeAdapter(SIGNED)
NUMBER: TypeAdapter[Any] = TypeAdapter(Annotated[SIGNED, AfterValidator(_as_number)])
DAY: TypeAdapter[Any] = TypeAdapter(Annotated[date, BeforeValidator(_as_day), AfterValidator(date.isoformat)])
MOMENT: TypeAdapter[Any] = TypeAdapter(Annotated[Moment, AfterValidator(clock.as_text)])
EMAIL: TypeAdapter[str] = TypeAdapter(Email)
WEB_ADDRESS: TypeAdapter[str] = TypeAdapter(WebAddress)


def refuse_in(adapter: TypeAdapter[Any], value: Any) -> Any:
    """What the adapter makes of it. Raises ValueError with the sentence of a field."""
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError as error:
        raise ValueError(refusal_of(error).problems[0].message) from None


def by_adapter(adapter: TypeAdapter[Any]) -> Callable[[Asked, Any], Any]:
    return lambda _asked, value: refuse_in(adapter, value)


def read_amount(asked: Asked, value: Any) -> Any:
    """Of the field's own currency."""
    amount = refuse_in(DECIMAL, value)
    check_places(amount, str(asked.field.currency))
    return _as_number(amount)


def read_phone(asked: Asked, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")  # noqa: TRY004 - one error for all refusals
    if len(value) > 40:
        raise ValueError(Sentence("may have at most {max_length} characters", max_length=40))
    return asked.parse_phone(asked.tx, value.strip())


def read_yes_no(_asked: Asked, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - as above
    return value


def read_choice(asked: Asked, value: Any) -> str:
    """By its key, or by its label in any spelling."""
    if not isinstance(value, str):
        raise ValueError("must be text")  # noqa: TRY004 - as above
    typed = name_key(value[:1_000])
    for choice in asked.field.offered:
        if value == choice.key or typed == name_key(choice.label):
            return choice.key
    offered = ", ".join(choice.key for choice in asked.field.offered)
    raise ValueError(Sentence("must be one of {choices}", choices=offered))


def read_choices(asked: Asked, value: Any) -> list[str]:
    """In the order in which the field has its choices; none is no value."""
    if not isinstance(value, list):
        raise ValueError("must be a list")  # noqa: TRY004 - as above
    if len(value) > MOST_CHOICES:
        raise ValueError(Sentence("may have at most {max_length} entries", max_length=MOST_CHOICES))
    keys = {read_choice(asked, each) for each in value}
    return [choice.key for choice in asked.field.choices if choice.key in keys]


def refused(name: str, error: ValueError | Invalid) -> Invalid:
    """The refusal of a value, naming its field."""
    message = error.problems[0].message if isinstance(error, Invalid) else error.args[0]
    return Invalid.field(name, message)

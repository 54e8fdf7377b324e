"""The values of conditions: what each type of field takes, as its column holds it."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from crm.db.transaction import Transaction
from crm.db.values import SQLValue
from crm.errors import Sentence
from crm.field_refusals import refusal_of
from crm.fields import MAX_ID, Line
from crm.money import Amount, as_stored
from crm.records.conditions.fields import FilterField
from crm.records.conditions.periods import Unfit
from crm.records.merged import ids_meant

LONGEST = 200
MOST_VALUES = 50
ME = "me"
LINE: TypeAdapter[str] = TypeAdapter(Line)
AMOUNT: TypeAdapter[Any] = TypeAdapter(Amount)


def text_of(value: Any) -> str:
    """Raises Unfit, as all here."""
    if not isinstance(value, str):
        raise Unfit("must be text")
    if len(value) > LONGEST:
        raise Unfit(Sentence("may have at most {max_length} characters", max_length=LONGEST))
    text: str = _validated(LINE, value)
    if not text:
        raise Unfit("is required")
    return text


def several(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise Unfit("must be a list of at least one value")
    if len(value) > MOST_VALUES:
        raise Unfit(Sentence("may have at most {max_length} entries", max_length=MOST_VALUES))
    return value


def two(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise Unfit("must be a list of two values, the least and the greatest")
    return value[0], value[1]


def whole_days(value: Any) -> int:
    if isinstance(value, str):
        value = value.lower().removesuffix("days").removesuffix("day").strip()
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 5 else value
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 3_650:
        raise Unfit("must be a number of days, from 1 to 3650")
    return value


def keys_of(tx: Transaction, field: FilterField, value: Any) -> Sequence[SQLValue]:
    """What equals the value in the column, in each of its spellings."""
    if field.accepts is not None:
        found = field.accepts(value)
        return found if isinstance(found, list) else [found]
    match field.type:
        case "record":
            return [*ids_meant(tx, field.of, _record_id(tx, field, value))]
        case "yes_no":
            if not isinstance(value, bool):
                raise Unfit("must be true or false")
            return [int(value)]
        case "choice":
            return [_choice(field, value)]
        case "number" | "amount":
            return [number_of(field, value)]
        case _:
            return text_keys(field, text_of(value))


def text_keys(field: FilterField, text: str) -> Sequence[str]:
    if field.keys is not None:
        return field.keys(text)
    return list(dict.fromkeys(map(_plain, (text, text.lower(), text.upper(), text.title()))))


def part_keys(field: FilterField, text: str) -> Sequence[str]:
    """What the column holds where it has the text as a part."""
    return field.parts(text) if field.parts is not None else text_keys(field, text)


def number_of(field: FilterField, value: Any) -> SQLValue:
    if field.accepts is not None:
        found: SQLValue = field.accepts(value)
        return found
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("must be a number")
    if field.type == "amount":
        return as_stored(_validated(AMOUNT, str(value)))
    if abs(value) > MAX_ID:
        raise Unfit("is too large")
    return value


def _plain(text: str) -> str:
    """As SQL's lower() leaves it: of letters beyond ASCII each case is looked for."""
    return "".join(char.lower() if char.isascii() else char for char in text)


def _choice(field: FilterField, value: Any) -> str:
    if not isinstance(value, str) or (field.values and value not in field.values):
        expected = " or ".join(map(repr, field.values)) or "text"
        raise Unfit(Sentence("must be {expected}", expected=expected))
    return text_of(value)


def _record_id(tx: Transaction, field: FilterField, value: Any) -> int:
    if field.of == "user" and value == ME:
        return tx.actor.user_id or 0
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_ID:
        noun = "the number of a user, or me" if field.of == "user" else "the number of a record"
        raise Unfit(Sentence("must be {expected}", expected=noun))
    return value


def _validated(adapter: TypeAdapter[Any], value: Any) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise Unfit(refusal_of(error).problems[0].message) from None

"""Reading what a visitor sent: each answer by the rules of its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import StringConstraints

from crm.clients.fields import OptionalEmail, OptionalPhone
from crm.clients.phones import parse_phone
from crm.custom_fields.custom_field import CustomField
from crm.custom_fields.values import check_new_custom
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid
from crm.fields import Blank, Fields, Text, parse_fields
from crm.money import as_decimal
from crm.web_forms.fields import OWN_FIELDS, OptionalName
from crm.web_forms.questions import KINDS, ShownQuestion, askable

Answer = str | list[str]
NUMBERS = frozenset({"number", "money", "percent"})
AGREED = "consent"
Message = Annotated[Annotated[Text, StringConstraints(max_length=5_000)] | None, Blank]


class OwnAnswers(Fields):
    """What fills a client's own fields, and the message."""

    name: OptionalName = None
    email: OptionalEmail = None
    phone: OptionalPhone = None
    company: OptionalName = None
    job_title: Annotated[OptionalName, StringConstraints(max_length=100)] = None
    city: Annotated[OptionalName, StringConstraints(max_length=100)] = None
    message: Message = None


@dataclass(frozen=True, slots=True)
class Answers:
    """`custom` has the values for custom fields, by the kind of record and the key."""

    own: OwnAnswers
    custom: Mapping[str, Mapping[str, Any]]


def read_answers(tx: Transaction, questions: Sequence[ShownQuestion], given: Mapping[str, Answer]) -> Answers:
    """Raises Invalid that names each question."""
    missing = [
        FieldProblem(each.name, "is required")
        for each in questions
        if each.required and is_blank(given.get(each.name, ""))
    ]
    if not missing and all(is_blank(given.get(name, "")) for name in ("email", "phone")):
        missing = [_without_contact(questions)]
    asked = {each.name for each in questions}
    problems = [*missing]
    own = custom = None
    try:
        own = read_own(tx, {name: value for name, value in given.items() if name in asked})
    except Invalid as error:
        problems += error.problems
    try:
        custom = read_custom(tx, {name: value for name, value in given.items() if name in asked})
    except Invalid as error:
        problems += error.problems
    if problems or own is None or custom is None:
        raise Invalid(*problems)
    return Answers(own, custom)


def read_own(tx: Transaction, given: Mapping[str, Answer]) -> OwnAnswers:
    """Raises Invalid."""
    own = parse_fields(OwnAnswers, {name: given[name] for name in OWN_FIELDS if name in given})
    if own.phone is not None:
        parse_phone_of(tx, own.phone)
    return own


def parse_phone_of(tx: Transaction, phone: str) -> None:
    """Raises Invalid, naming `phone`."""
    try:
        parse_phone(tx, phone)
    except Invalid as error:
        raise Invalid.field("phone", error.problems[0].message) from None


def read_custom(tx: Transaction, given: Mapping[str, Answer]) -> dict[str, dict[str, Any]]:
    """The values by kind and key, as they are given to a record. Raises Invalid."""
    known = askable(tx)
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    for name, answer in given.items():
        if name in known and not is_blank(answer):
            found[known[name].kind][known[name].key] = typed_value(known[name], answer)
    for kind, values in found.items():
        try:
            check_new_custom(tx, kind, {"custom": values}, complete=False)
        except Invalid as error:
            named = {f"custom.{key}": f"{kind}.{key}" for key in values}
            raise error.renamed(named) from None
    return found


def typed_value(field: CustomField, answer: Answer) -> Any:
    """An answer is text; what does not fit stays as it is, and is refused by the field."""
    if field.field_type == "multi_choice":
        return answer if isinstance(answer, list) else [answer]
    text = answer if isinstance(answer, str) else ", ".join(answer)
    if field.field_type == "yes_no":
        return {"1": True, "0": False, "true": True, "false": False}.get(text.strip().lower(), text)
    if field.field_type in NUMBERS:
        return _number(text)
    return text


def is_blank(answer: Answer) -> bool:
    return not (answer.strip() if isinstance(answer, str) else any(each.strip() for each in answer))


def _number(text: str) -> Decimal | str:
    try:
        return as_decimal(text)
    except ValueError:
        return text


def _without_contact(questions: Sequence[ShownQuestion]) -> FieldProblem:
    asked = {each.name for each in questions}
    if asked >= {"email", "phone"}:
        return FieldProblem("email", "or a phone number is required")
    return FieldProblem("email" if "email" in asked else "phone", "is required")

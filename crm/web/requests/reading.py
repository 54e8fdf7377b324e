"""Reading a request: the body, the query, the version; and the two ways to an operation."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Concatenate, Never, ParamSpec, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from crm.db.transaction import Transaction
from crm.errors import CrmError, FieldProblem, Invalid, Sentence, TooLarge, WrongType
from crm.field_refusals import refusal_of
from crm.fields import parse_fields
from crm.json_bounds import MOST_VALUES, TooDeep, TooMany, check_bounds
from crm.web.errors import Malformed
from crm.web.requests.custom_filters import customized_kind, fold_custom
from crm.web.requests.entity_tags import versions_in
from crm.web.requests.present import request
from crm.web.sessions.identity import actor, database

P = ParamSpec("P")
T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)
NOT_JSON = Sentence("The body is not valid JSON: {reason}.")
MOST_KEYS = 2_500
PLAIN_NUMBER = re.compile(r"(-?[0-9]{1,19})?")


def read(fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one reading operation for the asking user."""
    return database().read(fn, actor(), *args, **kwargs)


def read_for_report(fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """As `read`, for what takes long: a replica may answer, with all that was saved."""
    return database().report(fn, actor(), *args, **kwargs)


def write(fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one writing operation for the asking user."""
    return database().write(fn, actor(), *args, **kwargs)


def json_body(model: type[Model]) -> Model:
    """The body as `model`. Raises WrongType, Malformed, TooLarge, or Invalid naming each field."""
    if request.mimetype != "application/json":
        raise WrongType("Send the body as `Content-Type: application/json`.")
    raw = request.get_data(cache=True)
    _refuse_vast_json(raw, getattr(model, "most_values", MOST_VALUES))
    _refuse_odd_json(raw)
    try:
        return model.model_validate_json(raw, strict=True, context={"problems": 0})
    except ValidationError as error:
        raise _refusal_of(error) from None


def query(model: type[Model]) -> Model:
    """The query parameters as `model`; one that is given twice is refused."""
    doubled = [name for name, values in request.args.lists() if len(values) > 1]
    if doubled:
        raise Invalid(*(FieldProblem(name, "is given more than once") for name in doubled))
    return parse_address(model, request.args.to_dict())


def parse_address(model: type[Model], given: Mapping[str, str]) -> Model:
    """The parameters of an address as `model`. Raises Invalid; numbers are plain digits or nothing.

    Those of custom fields become conditions of its `filter`.
    """
    kind = customized_kind(model, given)
    given = given if kind is None else read(fold_custom, kind, given)
    odd = [name for name in _whole_numbers(model) if not PLAIN_NUMBER.fullmatch(given.get(name, ""))]
    if odd:
        raise Invalid(*(FieldProblem(name, "must be a whole number") for name in odd))
    return parse_fields(model, given)


@cache
def _whole_numbers(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if _takes_numbers(field.annotation))


def _takes_numbers(kind: object) -> bool:
    return kind is int or any(_takes_numbers(part) for part in get_args(kind))


def expected_version() -> int | None:
    """The version in If-Match, or any of several; None when the header is absent or `*`."""
    header = request.headers.get("If-Match")
    return None if header is None else versions_in(header)


def _refusal_of(error: ValidationError) -> CrmError:
    problems = error.errors(include_url=False)
    if any(problem["type"] == "json_invalid" for problem in problems):
        return Malformed(NOT_JSON.filled(reason=problems[0]["ctx"]["error"]))
    return refusal_of(error)


def _refuse_vast_json(raw: bytes, most: int) -> None:
    """Before it is parsed."""
    try:
        check_bounds(raw, most)
    except TooDeep:
        raise Malformed("The body is nested too deeply.") from None
    except TooMany:
        raise TooLarge(Sentence("The body may have at most {n} keys and values.", n=most)) from None


def _refuse_odd_json(raw: bytes) -> None:
    """Refuses JSON that parsers read differently (a key twice, NaN) or cannot handle (deep nesting)."""
    try:
        json.loads(raw, object_pairs_hook=_refuse_doubles, parse_constant=_refuse_constant)
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None
    except ValueError as error:
        raise Malformed(NOT_JSON.filled(reason=error)) from None


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_KEYS:
        raise TooLarge(Sentence("An object in the body may have at most {n} keys.", n=MOST_KEYS))
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("The body has an object with a duplicate key.")
    return found


def _refuse_constant(name: str) -> Never:
    raise Malformed(Sentence("The body contains {name}, which is not JSON.", name=name))

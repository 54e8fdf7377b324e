"""Errors in the address of a list: shown once, on the page of the list without them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, g, make_response, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from crm.errors import FieldProblem, Invalid
from crm.web.i18n import worded
from crm.web.requests.custom_filters import is_own
from crm.web.requests.page_address import CHOICE
from crm.web.requests.reading import parse_address
from crm.web.words.fields import label_of
from crm.web.words.times import day_text

Model = TypeVar("Model", bound=BaseModel)
SHOWN = 100
TWICE = "is given more than once"


@dataclass(frozen=True, slots=True)
class WrongFilter:
    """`text` is the field with what was given; `address` is the list without it."""

    name: str
    text: str
    message: str
    address: str


def show_despite(model: type[Model], show: Callable[[Model], ResponseReturnValue]) -> Response:
    """What `show` makes of the address, without the parameters that are wrong: 422 then, and the page tells
    which. Raises Invalid where a refusal names none of them.
    """
    given = {name: ", ".join(values) for name, values in request.args.lists()}
    doubled = [FieldProblem(name, TWICE) for name, values in request.args.lists() if len(values) > 1]
    wrong = [_wrong(problem, given) for problem in doubled]
    given = {name: text for name, text in given.items() if len(request.args.getlist(name)) == 1}
    while True:
        try:
            wanted = parse_address(model, given)
            g.wrong_filters = wrong
            response = make_response(show(wanted))
        except Invalid as error:
            found = [problem for problem in error.problems if _named(problem, given)]
            if not found:
                raise
            first_problems = {_parameter(each): each for each in reversed(found)}
            wrong += [_wrong(problem, given) for problem in first_problems.values()]
            given = {
                name: text for name, text in given.items() if name.removesuffix(CHOICE) not in first_problems
            }
            continue
        if wrong:
            response.status_code = 422
        return response


def _parameter(problem: FieldProblem) -> str:
    """`filter.all[1].op` is a place inside of `filter`; `custom.size` is the parameter itself."""
    return problem.field if is_own(problem.field) else problem.field.partition(".")[0]


def _named(problem: FieldProblem, given: dict[str, str]) -> str:
    """What was given for the field that a problem names."""
    name = _parameter(problem)
    return given.get(name) or given.get(name + CHOICE) or ""


def _wrong(problem: FieldProblem, given: dict[str, str]) -> WrongFilter:
    name = _parameter(problem)
    others = {each: text for each, text in given.items() if each not in {name, name + CHOICE}}
    text = f"{label_of(name)}: {_readable(_named(problem, given)[:SHOWN])}"
    address = url_for(request.endpoint or "", **{**(request.view_args or {}), **others})
    return WrongFilter(name, text, worded(problem.message), address)


def _readable(text: str) -> str:
    """A day as the reader writes it, whatever is wrong with it here."""
    try:
        return day_text(text)
    except ValueError:
        return text

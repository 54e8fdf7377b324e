"""The contract of an API view, declared beside it; `document.py` builds the document from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from pydantic import BaseModel
from werkzeug.routing import Rule

View = TypeVar("View", bound=Callable[..., Any])
P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """`result` is a type that pydantic can describe: a dataclass of a room.

    `beside` are the fields of a form that may stand beside the file of an upload. `bare`: it is the whole
    body, and so at 503 too. `content` are the media types of an answer that is not JSON of ours.
    """

    body: type[BaseModel] | None = None
    body_required: bool = True
    query: type[BaseModel] | None = None
    result: Any = None
    many: bool = False
    status: int = 200
    upload: bool = False
    beside: type[BaseModel] | None = None
    content: tuple[str, ...] = ()
    bare: bool = False
    refusals: tuple[int, ...] = ()


def _declared_by(make: Callable[P, Contract]) -> Callable[P, Callable[[View], View]]:
    """A decorator that takes what `make` takes, so that a misspelt or mistyped fact fails the type check."""

    def take(*args: P.args, **kwargs: P.kwargs) -> Callable[[View], View]:
        declared = make(*args, **kwargs)

        def declare(view: View) -> View:
            view.__dict__["contract"] = declared
            return view

        return declare

    return take


contract = _declared_by(Contract)
"""Declare the view's contract for the document; see Contract for the facts."""


def contract_of(app: Flask, rule: Rule) -> Contract:
    declared = getattr(app.view_functions[rule.endpoint], "contract", None)
    return declared if isinstance(declared, Contract) else Contract()

"""What a view of the API takes and gives, declared beside it; `document.py` makes the document of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask
from pydantic import BaseModel
from werkzeug.routing import Rule

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Contract:
    """`result` is a type that pydantic can describe: a dataclass of a room.

    `bare`: it is the whole body, and so at 503 too.
    """

    body: type[BaseModel] | None = None
    body_required: bool = True
    query: type[BaseModel] | None = None
    result: Any = None
    many: bool = False
    status: int = 200
    upload: bool = False
    content: str | None = None
    bare: bool = False
    refusals: tuple[int, ...] = ()


def contract(**facts: Any) -> Callable[[View], View]:
    """Declare the view's contract for the document; see Contract for the facts."""
    declared = Contract(**facts)

    def declare(view: View) -> View:
        view.__dict__["contract"] = declared
        return view

    return declare


def contract_of(app: Flask, rule: Rule) -> Contract:
    declared = getattr(app.view_functions[rule.endpoint], "contract", None)
    return declared if isinstance(declared, Contract) else Contract()

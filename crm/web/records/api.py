"""The description of a kind's JSON API, and its answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response

from crm.db.transaction import Transaction
from crm.records.kind import Kind
from crm.web.requests.present import request
from crm.web.responses import answers


def _itself(_tx: Transaction, record: Any) -> Any:
    return record


def _nothing(_tx: Transaction) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordApi:
    """The description of a kind's API, beside its description in the room.

    `views` names those of `api_views.py` that it has, with the summary of each. `record` is the dataclass of
    an answer, `listed` that of a row of the list; `whole` makes such an answer of a record. `keeps`: answers
    are kept until something is committed. `conflicts` are the views that may answer 409 though they take no
    key. `beside` reads what stands beside `next` in a page of the list, in the transaction of the list.
    """

    kind: Kind
    record: Any
    listed: Any
    views: Mapping[str, str]
    whole: Callable[[Transaction, Any], Any] = _itself
    keeps: bool = False
    conflicts: tuple[str, ...] = ("replace", "patch", "delete")
    beside: Callable[[Transaction], Mapping[str, Any]] = _nothing

    def answer(self, record: Any) -> Response:
        return answers.data(record, version=record.version)

    def created(self, record: Any) -> Response:
        # As `url_for` gives it, which takes 40 µs.
        address = f"{request.script_root}/api/{self.kind.table}/{record.id}"
        return answers.created(record, address, version=record.version)

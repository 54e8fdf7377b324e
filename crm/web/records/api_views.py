"""The views of the JSON API that all kinds have: list, count, create, get, change, delete, restore, …"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from flask import Blueprint, Response

from crm.activity.timeline import Activity
from crm.db.keyset import Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.files.files import File
from crm.records.bulk import Outcome
from crm.records.bulk_operations import operations_of
from crm.records.kind import Kind
from crm.web.api.activities import TimelineQuery
from crm.web.api.files import FileQuery, add_file_to, files_of
from crm.web.auth import accepts_upload, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import list_query_of
from crm.web.openapi.contract import contract
from crm.web.records.api import RecordApi
from crm.web.records.many import change_many_of
from crm.web.records.page import find_record
from crm.web.records.views import lookup_of
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept

P = TypeVar("P")


def api_blueprint(of: RecordApi) -> Blueprint:
    """The views that it names. What only this kind has is added to it."""
    kind = of.kind
    blueprint = Blueprint(f"api_{kind.table}", __name__, url_prefix=f"/api/{kind.table}")
    for name, summary in of.views.items():
        method, _space, path = VIEWS[name].rule.partition(" ")
        path = path.replace("<id>", f"<id:{kind.name}_id>")
        blueprint.add_url_rule(path, name, _view(of, name, summary), methods=[method])
    return blueprint


def _view(api: RecordApi, name: str, summary: str) -> Callable[..., Response]:
    made = VIEWS[name]

    def view(**key: int) -> Response:
        return made.answer(api, *key.values())

    view.__name__, view.__doc__ = name, summary
    facts = made.contract(api)
    if made.checks_version:
        facts["refusals"] = (409, 412) if name in api.conflicts else (412,)
    declared = contract(**facts)(kept(view) if made.may_keep and api.keeps else view)
    guarded = permit(made.permission or api.kind.may(made.may))(declared)
    return accepts_upload(guarded) if "upload" in facts else guarded


def _list_all(api: RecordApi) -> Response:
    wanted = query(_list_query(api.kind))
    return answers.page(*read(_listed, api, wanted))


def _listed(tx: Transaction, api: RecordApi, wanted: Any) -> tuple[Page[Any], Mapping[str, Any]]:
    page = _of(api.kind.listing).page
    found = page(tx, wanted, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor)
    return found, api.beside(tx)


@cache
def _list_query(kind: Kind) -> Any:
    listing = _of(kind.listing)
    return list_query_of(listing.filters, listing.sorts)


def _count(api: RecordApi) -> Response:
    listing = _of(api.kind.listing)
    return answers.data(read(listing.count, query(listing.filters)))


def _create(api: RecordApi) -> Response:
    bulk = _of(api.kind.bulk)
    given, create = json_body(_of(bulk.new)), _of(bulk.create)
    return answer_once(lambda tx: api.whole(tx, create(tx, given)), api.created)


def _change_many(api: RecordApi) -> Response:
    return change_many_of(api.kind)


def _get(api: RecordApi, record_id: int) -> Response:
    get = lookup_of(api.kind).get
    return api.answer(read(lambda tx: api.whole(tx, get(tx, record_id))))


def _replace(api: RecordApi, record_id: int) -> Response:
    return _changed(api, record_id, json_body(_of(_of(api.kind.bulk).new)))


def _patch(api: RecordApi, record_id: int) -> Response:
    return _changed(api, record_id, json_body(_of(api.kind.bulk).changes))


def _changed(api: RecordApi, record_id: int, given: Any) -> Response:
    change, version = _of(api.kind.bulk).change, expected_version()
    return api.answer(write(lambda tx: api.whole(tx, change(tx, record_id, given, expected_version=version))))


def _delete(api: RecordApi, record_id: int) -> Response:
    write(_of(api.kind.trash).delete, record_id, expected_version=expected_version())
    return answers.no_content()


def _restore(api: RecordApi, record_id: int) -> Response:
    restore, version = _of(api.kind.trash).restore, expected_version()
    return answer_once(lambda tx: api.whole(tx, restore(tx, record_id, expected_version=version)), api.answer)


def _activities(api: RecordApi, record_id: int) -> Response:
    return answers.page(read(_read_activities, api.kind, record_id, query(TimelineQuery)))


def _read_activities(tx: Transaction, kind: Kind, record_id: int, wanted: TimelineQuery) -> Page[Activity]:
    """Also of a record in the trash."""
    find_record(tx, kind, record_id)
    return wanted.page(tx, kind.name, record_id)


def _list_files(api: RecordApi, record_id: int) -> Response:
    return files_of(api.kind.name, record_id)


def _add_file(api: RecordApi, record_id: int) -> Response:
    return add_file_to(api.kind.name, record_id)


def _of(part: P | None) -> P:
    """Raises TypeError for a kind that does not have it."""
    if part is None:
        raise TypeError("the kind lacks what this view needs")
    return part


@dataclass(frozen=True, slots=True)
class _View:
    """`rule` begins with its method. `may` is what the kind has to permit, `permission` any other."""

    rule: str
    answer: Callable[..., Response]
    contract: Callable[[RecordApi], dict[str, Any]]
    may: str = "read"
    permission: str = ""
    may_keep: bool = False
    checks_version: bool = False


VIEWS: Mapping[str, _View] = {
    "list_all": _View(
        "GET ",
        _list_all,
        lambda api: {"query": _list_query(api.kind), "result": api.listed, "many": True},
        may_keep=True,
    ),
    "count": _View(
        "GET /count",
        _count,
        lambda api: {"query": _of(api.kind.listing).filters, "result": Count},
        may_keep=True,
    ),
    "create": _View(
        "POST ",
        _create,
        lambda api: {"body": _of(api.kind.bulk).new, "result": api.record, "status": 201},
        may="write",
    ),
    "change_many": _View(
        "POST /bulk",
        _change_many,
        lambda api: {"body": operations_of(api.kind), "result": list[Outcome]},
        may="delete",
    ),
    "get": _View("GET /<id>", _get, lambda api: {"result": api.record}, may_keep=True),
    "replace": _View(
        "PUT /<id>",
        _replace,
        lambda api: {"body": _of(api.kind.bulk).new, "result": api.record},
        may="write",
        checks_version=True,
    ),
    "patch": _View(
        "PATCH /<id>",
        _patch,
        lambda api: {"body": _of(api.kind.bulk).changes, "result": api.record},
        may="write",
        checks_version=True,
    ),
    "delete": _View("DELETE /<id>", _delete, lambda _api: {"status": 204}, may="delete", checks_version=True),
    "restore": _View(
        "POST /<id>/restore",
        _restore,
        lambda api: {"result": api.record},
        may="delete",
        checks_version=True,
    ),
    "activities": _View(
        "GET /<id>/activities",
        _activities,
        lambda _api: {"query": TimelineQuery, "result": Activity, "many": True},
    ),
    "list_files": _View(
        "GET /<id>/files",
        _list_files,
        lambda _api: {"query": FileQuery, "result": File, "many": True},
        permission="files.read",
        may_keep=True,
    ),
    "add_file": _View(
        "POST /<id>/files",
        _add_file,
        lambda _api: {"upload": True, "result": File, "status": 201, "refusals": (409, 507)},
        permission="files.write",
    ),
}

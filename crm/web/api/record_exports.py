"""/api/…/export: the records of each kind that can leave as a file."""

from collections.abc import Callable

from flask import Blueprint, Response

from crm.exports.exporting import MEDIA, formats_of
from crm.kinds import KINDS
from crm.records.kind import Kind
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.requests.export_query import order_in, query_of
from crm.web.requests.reading import query
from crm.web.responses.cards import send_card
from crm.web.responses.exported import send_export
from crm.web.responses.person_export import send_person

blueprint = Blueprint("api_record_exports", __name__, url_prefix="/api")


def _view_of(kind: Kind) -> Callable[[], Response]:
    @permit(kind.may("export"))
    @contract(query=query_of(kind), content=tuple(MEDIA[each].partition(";")[0] for each in formats_of(kind)))
    def export() -> Response:
        return send_export(order_in(kind, query(query_of(kind))))

    export.__name__ = kind.table
    export.__doc__ = f"Export {kind.table} as a file: all that the list would show, in its order"
    return export


@blueprint.get("/clients/<id:client_id>/card")
@permit("clients.export")
@contract(content=("text/vcard",), refusals=(404,))
def card(client_id: int) -> Response:
    """Download a client as a vCard"""
    return send_card(client_id)


@blueprint.get("/clients/<id:client_id>/export")
@permit("clients.export")
@contract(content=("application/zip",), refusals=(404,))
def person(client_id: int) -> Response:
    """Download everything about a client: JSON, and their files, in one archive

    Client, consents, leads, notes, calls, tasks, conversations with their messages, files and history, also
    of clients who were merged into this one.
    """
    return send_person(client_id)


def add_export(of: Blueprint, kind: Kind) -> None:
    of.add_url_rule(f"/{kind.table}/export", kind.table, _view_of(kind))


for each in KINDS:
    if each.export is not None:
        add_export(blueprint, each)

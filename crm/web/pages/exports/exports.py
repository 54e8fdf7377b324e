"""Exporting a list: the form with format and delimiter, and the file."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.exports.columns import export_of
from crm.exports.exporting import Format, formats_of
from crm.kinds import KINDS
from crm.records.kind import Kind
from crm.web.auth import permit
from crm.web.kinds.known import known_words
from crm.web.requests.custom_filters import is_own
from crm.web.requests.export_query import order_in, query_of
from crm.web.requests.reading import parse_address, read
from crm.web.responses.cards import send_card
from crm.web.responses.exported import send_export
from crm.web.responses.list_separator import separator_choices, separator_name, usual_separator
from crm.web.responses.person_export import send_person

blueprint = Blueprint("exports", __name__)


def _given(kind: Kind) -> dict[str, str]:
    """What the address says of the list; what only its page knows, such as the columns, is passed over."""
    known = query_of(kind).model_fields
    return {name: text for name, text in request.args.items() if text and (name in known or is_own(name))}


def _show(kind: Kind) -> ResponseReturnValue:
    """Raises Invalid for filters that the list would refuse."""
    given = _given(kind)
    order = order_in(kind, parse_address(query_of(kind), given))
    count = read(export_of(kind).count, order.filters, limit=None)
    words = next(each for each in known_words() if each.kind is kind)
    return render_template(
        "exports/export.html",
        words=words,
        count=count.total,
        kept={name: text for name, text in given.items() if name not in {"format", "delimiter", "bom"}},
        formats=[(form, FORMAT_WORDS[form]()) for form in formats_of(kind)],
        delimiters=[*separator_choices(), ("pipe", _("Bar (|)"))],
        usual_delimiter=separator_name(usual_separator()),
        file=f"exports.{kind.table}_file",
    )


def _send(kind: Kind) -> ResponseReturnValue:
    return send_export(order_in(kind, parse_address(query_of(kind), _given(kind))))


FORMAT_WORDS: dict[Format, Callable[[], Any]] = {
    "csv": lambda: _("CSV, for any program"),
    "xlsx": lambda: _("Excel workbook (XLSX)"),
    "jsonl": lambda: _("JSON Lines, for programs"),
    "vcard": lambda: _("vCard, for address books"),
    "google": lambda: _("Feed for Google's vehicle listings"),
    "meta": lambda: _("Feed for Meta's automotive catalogue"),
}


@blueprint.get("/clients/<id:client_id>/card")
@permit("clients.export")
def card(client_id: int) -> ResponseReturnValue:
    """The client as a vCard."""
    return send_card(client_id)


@blueprint.get("/clients/<id:client_id>/export")
@permit("clients.export")
def person(client_id: int) -> ResponseReturnValue:
    """Everything about the client, in one archive."""
    return send_person(client_id)


def add_export_pages(of: Blueprint, kind: Kind) -> None:
    for path, name, view in (("", "", _show), ("/file", "_file", _send)):
        guarded = permit(kind.may("export"))(_bound(view, kind))
        of.add_url_rule(f"/{kind.table}/export{path}", f"{kind.table}{name}", guarded)


def _bound(view: Callable[[Kind], ResponseReturnValue], kind: Kind) -> Callable[[], ResponseReturnValue]:
    return lambda: view(kind)


for each in KINDS:
    if each.export is not None:
        add_export_pages(blueprint, each)

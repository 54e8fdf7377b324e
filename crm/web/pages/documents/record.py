"""The page of a document, a quote or an invoice: its numbered lines, its PDF file, and its copy."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.db.transaction import Transaction
from crm.documents.pdf import draw_pdf
from crm.records.kind import Kind
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.records.views import add_view, address_of
from crm.web.requests.reading import read, write
from crm.web.responses.documents import send_pdf


def document_blueprint(
    kind: Kind, more: Callable[[Transaction, Any], dict[str, Any]], copy: Callable[..., Any]
) -> Blueprint:
    """`more` reads what the page shows beside the lines; `copy` makes a draft with the same content."""

    def _more(tx: Transaction, document: Any) -> dict[str, Any]:
        return {"numbered": numbered(document.lines), **more(tx, document)}

    blueprint = record_blueprint(RecordPage(kind, f"{kind.table}/record.html", _more))
    add_view(blueprint, "POST /copy", "copy", kind.may("write"), partial(_copy, kind, copy))
    return blueprint


def numbered(lines: Sequence[Any]) -> list[tuple[str, Any]]:
    """The lines with their numbers; sections and texts have none."""
    found, number = [], 0
    for line in lines:
        number += line.kind == "item"
        found.append((str(number) if line.kind == "item" else "", line))
    return found


def _copy(kind: Kind, copy: Callable[..., Any], record_id: int) -> ResponseReturnValue:
    key: dict[str, Any] = {f"{kind.name}_id": write(copy, record_id).id}
    return redirect(url_for(f"{kind.name}_form.show_edit", **key), 303)


def pdf_blueprint(kind: Kind, read_document: Callable[..., dict[str, Any]]) -> Blueprint:
    """The document as a PDF file, to look at or to download."""
    blueprint = Blueprint(f"{kind.name}_pdf", __name__, url_prefix=address_of(kind))
    add_view(blueprint, "GET /pdf", "show", kind.may("read"), partial(_show_pdf, read_document))
    return blueprint


def _show_pdf(read_document: Callable[..., dict[str, Any]], record_id: int) -> ResponseReturnValue:
    document = read(read_document, record_id)
    return send_pdf(draw_pdf(document), document["heading"])

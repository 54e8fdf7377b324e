"""One contact as a vCard to download."""

from flask import Response

from crm.clients.client import get_client
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.exports.exporting import MEDIA, SUFFIXES, begin_card
from crm.web.requests.reading import write


def send_card(client_id: int) -> Response:
    """Raises NotFound."""
    response = Response(write(_card_of, client_id))
    response.headers["Content-Type"] = MEDIA["vcard"]
    name = f"client-{client_id}.{SUFFIXES['vcard']}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _card_of(tx: Transaction, client_id: int) -> bytes:
    return begin_card(tx, CLIENT, get_client(tx, client_id))

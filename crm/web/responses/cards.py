"""One contact as a vCard to download."""

from flask import Response

from crm.clients.client import get_client
from crm.clients.kind import CLIENT
from crm.db.file_stores.opening import file_store
from crm.db.transaction import Transaction
from crm.exports.cards import card_parts
from crm.exports.columns import table_of
from crm.exports.exporting import MEDIA, SUFFIXES, Cards, begin_card
from crm.web.requests.reading import write
from crm.web.sessions.identity import settings


def send_card(client_id: int) -> Response:
    """Raises NotFound."""
    table, card = table_of(CLIENT), write(_card_of, client_id)
    response = Response(b"".join(card_parts(table, [card], file_store(settings()))))
    response.headers["Content-Type"] = MEDIA["vcard"]
    name = f"client-{client_id}.{SUFFIXES['vcard']}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _card_of(tx: Transaction, client_id: int) -> Cards:
    return begin_card(tx, CLIENT, get_client(tx, client_id))

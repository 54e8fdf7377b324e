"""Sending a quote by WhatsApp: its PDF file is drawn first, then all else is one transaction."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from crm.conversations.templates.fields import TemplateUse
from crm.conversations.templates.templates import find_template
from crm.conversations.writing.clients import write_to_client
from crm.conversations.writing.fields import MessageToSend
from crm.db.file_stores.store import FileStore
from crm.db.transaction import Transaction
from crm.documents.links import freeze_quote, insert_link, quote_to_send, record_sending
from crm.documents.message_links import base_of_links, has_link, template_with_link, text_with_link
from crm.documents.pdf import draw_pdf
from crm.documents.printed import printed_quote
from crm.documents.quote import Quote
from crm.documents.revisions import document_of
from crm.documents.sender import with_logo
from crm.documents.sending import AS_MESSAGE, QuoteSending, SentQuote
from crm.errors import Conflict, Invalid
from crm.fields import parse_fields
from crm.files.files import attach_file
from crm.files.uploads import Upload, stored_upload

CHANGED = "The quote or the company was changed meanwhile. Look at it and send it again."


@dataclass(frozen=True, slots=True)
class QuoteToDraw:
    """What the file shows if the quote is sent at `sent_at`."""

    number: str
    sent_at: str
    document: dict[str, Any]


def quote_to_draw(tx: Transaction, quote_id: int, fields: QuoteSending) -> QuoteToDraw:
    """Raises NotFound, Invalid, and Conflict for a quote without lines: before anything is drawn."""
    quote = quote_to_send(tx, quote_id)
    if quote.client_id is None:
        raise Invalid.field("client_id", "is required: the quote has no client to send it to")
    _refuse_others(tx, fields)
    document = (
        with_logo(tx, printed_quote(tx, quote_id, sent_at=tx.now))
        if quote.state == "draft"
        else document_of(tx, quote_id)
    )
    return QuoteToDraw(quote.quote_number, tx.now, document)


def drawn_file(drawn: QuoteToDraw, store: FileStore, workspace_id: int) -> AbstractContextManager[Upload]:
    """Its file, stored as an upload is. Raises Busy while too many are drawn at once."""
    content = draw_pdf(drawn.document)
    return stored_upload(store, workspace_id, f"{drawn.number}.pdf", BytesIO(content), limit=len(content))


def message_quote(
    tx: Transaction,
    quote_id: int,
    fields: QuoteSending,
    drawn: QuoteToDraw,
    upload: Upload,
    *,
    secret: str,
    public_url: str | None,
    expected_version: int | None = None,
) -> SentQuote:
    """The file becomes the client's, and the secret a link where the message has a place for it.

    Raises as `quote_to_draw`, Stale, and Conflict if it is outdated.
    """
    quote = freeze_quote(tx, quote_id, expected_version=expected_version, sent_at=drawn.sent_at)
    if quote.client_id is None or document_of(tx, quote_id) != drawn.document:
        raise Conflict(CHANGED)
    file = attach_file(tx, "client", quote.client_id, upload)
    said = _said(tx, fields, quote, secret, public_url)
    written = write_to_client(tx, quote.client_id, _message(fields, said, file.id))
    record_sending(tx, "quote.messaged", quote, {"revision": quote.revision})
    return SentQuote(AS_MESSAGE, quote_id, quote.quote_number, quote.revision, None, None, written)


def _said(
    tx: Transaction, fields: QuoteSending, quote: Quote, secret: str, public_url: str | None
) -> dict[str, Any]:
    """The text or the template, with the link to the quote."""
    base = base_of_links(tx, public_url)
    address = None if base is None else f"{base}/q/{secret}"
    if address is not None and (fields.template is None or has_link(fields.template)):
        insert_link(tx, quote.id, quote.revision, fields.days, secret)
    if fields.template is None:
        return {"text": text_with_link(fields.text, quote.language, address)}
    return {"template": template_with_link(fields.template, find_template(tx, fields.template), address)}


def _message(fields: QuoteSending, said: dict[str, Any], file_id: int) -> MessageToSend:
    if fields.template is None:
        given = said | {"file_id": file_id}
    else:
        given = {"template": said["template"] | {"file_id": file_id}}
    return parse_fields(MessageToSend, given | {"channel_id": fields.channel_id})


def _refuse_others(tx: Transaction, fields: QuoteSending) -> None:
    """What belongs to an e-mail alone, and a template that has no place for the file."""
    for name in ("to", "subject"):
        if getattr(fields, name) is not None:
            raise Invalid.field(name, "is for e-mails only")
    if fields.template is not None:
        _refuse_template(tx, fields.template)
        if fields.text is not None:
            raise Invalid.field("text", "cannot be combined with a template")


def _refuse_template(tx: Transaction, use: TemplateUse) -> None:
    if use.file_id is not None:
        raise Invalid.field("template.file_id", "must be left out: the file is that of the quote")
    known = find_template(tx, use)
    if known is None or known.header_media != "document":
        raise Invalid.field("template.name", "is not a known template with a document above its text")

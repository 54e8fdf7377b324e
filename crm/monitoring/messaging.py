"""Alerts by a message to a phone, through the outbox of a workspace's number."""

from crm.conversations.templates.fields import TemplateUse
from crm.conversations.writing.addressing import write_to_phone
from crm.conversations.writing.fields import WhatsAppMessage
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import CrmError
from crm.mail.smtp import NotSent
from crm.monitoring.alert_settings import AlertSettings
from crm.monitoring.alert_templates import filled_template
from crm.monitoring.notices import Notice


def send_message(db: Database, found: AlertSettings, told: Notice) -> None:
    """Queue it; the outbox delivers it. Raises NotSent."""
    try:
        db.write(_queue, Actor(found.sent_from, None), found, told.subject)
    except CrmError as error:
        raise NotSent(f"The message: {error}") from None


def _queue(tx: Transaction, found: AlertSettings, sentence: str) -> None:
    template: TemplateUse = filled_template(tx, found.message_template, sentence)
    write_to_phone(tx, WhatsAppMessage(to=str(found.message_to), template=template))

"""What WhatsApp tells beside messages: rejected templates, opened chats, deletions, restrictions."""

import copy
from typing import Any

from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.templates import add_template, list_templates
from tests.support.payloads import BY_NAME, Phone


def test_a_known_template_shows_that_it_was_rejected(phone: Phone) -> None:
    fields = TemplateFields(name="abandoned_cart", language="en", body="Come back")
    phone.db.write(add_template, phone.cast.owner, fields)
    phone.named("template_status_rejected")
    (template,) = phone.db.read(list_templates, phone.cast.owner)
    assert (template.status, template.problem, template.category) == (
        "rejected",
        "INVALID_FORMAT",
        "marketing",
    )


def of_one(name: str, part: str, **changes: Any) -> dict[str, Any]:
    """A form whose message says something else."""
    document = copy.deepcopy(BY_NAME[name].document)
    message = document["entry"][0]["changes"][0]["value"][part][0]
    message.pop(message["type"], None)
    message |= changes
    return document


def test_who_only_opened_the_chat_wakes_nobody(phone: Phone) -> None:
    phone.deliver(of_one("text", "messages", type="request_welcome"))
    assert (phone.counts()["leads"], phone.conversations()[0].unread) == (0, 0)


def test_a_deletion_on_the_phone_marks_what_was_written_there(phone: Phone) -> None:
    revoke = {"original_message_id": "wamid.T046E=="}
    phone.deliver(of_one("echo_text", "message_echoes", id="wamid.r", type="revoke", revoke=revoke))
    phone.named("echo_text")
    (message,) = phone.messages()
    assert (message.direction, message.revoked_at is not None) == ("out", True)


def test_an_account_that_is_restricted_is_shown_at_the_number(phone: Phone) -> None:
    restriction = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1795850983}
    value = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [restriction]}
    entry = {
        "id": "200000000000001",
        "time": 1795750983,
        "changes": [{"field": "account_update", "value": value}],
    }
    phone.deliver({"object": "whatsapp_business_account", "entry": [entry]})
    (news,) = phone.rows("SELECT said, is_serious FROM channel_news")
    assert news["is_serious"] == 1 and "RESTRICTED_BIZ_INITIATED_MESSAGING" in news["said"]
    assert phone.quarantined() == []

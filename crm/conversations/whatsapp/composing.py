"""A message as the WhatsApp Cloud API takes it."""

from typing import Any

from crm.conversations.outgoing import Outgoing, Template, Uploaded

CAPTIONED = frozenset({"image", "video", "document"})


def compose(message: Outgoing, token: str, file: Uploaded | None) -> dict[str, Any]:
    """The body of the request."""
    content: dict[str, Any]
    if message.template is not None:
        content = _template(message.template)
    elif file is not None:
        content = {"id": file.media_id}
        if message.body and message.kind in CAPTIONED:
            content["caption"] = message.body
        if message.kind == "document":
            content["filename"] = file.name
    else:
        content = {"body": message.body, "preview_url": True}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(message),
        **({"context": {"message_id": message.reply_to}} if message.reply_to else {}),
        "type": message.kind,
        message.kind: content,
        "biz_opaque_callback_data": token,
    }


def _recipient(message: Outgoing) -> dict[str, str]:
    """People who hide their phone number are reached by their id."""
    if message.phone is not None:
        return {"to": message.phone.removeprefix("+")}
    return {"recipient": message.user_id or ""}


def _template(template: Template) -> dict[str, Any]:
    content: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    if template.parameters:
        texts = [{"type": "text", "text": text} for text in template.parameters]
        content["components"] = [{"type": "body", "parameters": texts}]
    return content

"""A message in the form of the WhatsApp Cloud API."""

from typing import Any

from crm.conversations.transport.outgoing import Link, Outgoing, Template, Uploaded

CAPTIONED = frozenset({"image", "video", "document"})


def compose(message: Outgoing, token: str, file: Uploaded | None) -> dict[str, Any]:
    """The body of the request."""
    content: dict[str, Any]
    if message.template is not None:
        content = _template(message.template, file)
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


def _template(template: Template, file: Uploaded | None) -> dict[str, Any]:
    content: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    components = [*_header(template, file), *_body(template), *map(_button, template.links)]
    return content | ({"components": components} if components else {})


def _header(template: Template, file: Uploaded | None) -> list[dict[str, Any]]:
    if file is not None and template.header_media is not None:
        media = {"id": file.media_id} | (
            {"filename": file.name} if template.header_media == "document" else {}
        )
        parameter: dict[str, Any] = {"type": template.header_media, template.header_media: media}
    elif template.header is not None:
        parameter = _text(template.header, template.header_place)
    else:
        return []
    return [{"type": "header", "parameters": [parameter]}]


def _body(template: Template) -> list[dict[str, Any]]:
    texts = [_text(text) for text in template.parameters]
    texts += [_text(text, name) for name, text in template.named_parameters.items()]
    return [{"type": "body", "parameters": texts}] if texts else []


def _button(link: Link) -> dict[str, Any]:
    return {
        "type": "button", "sub_type": "url", "index": str(link.button), "parameters": [_text(link.text)],
    }  # fmt: skip


def _text(text: str, place: str | None = None) -> dict[str, str]:
    named = {"parameter_name": place} if place is not None else {}
    return {"type": "text", **named, "text": text}

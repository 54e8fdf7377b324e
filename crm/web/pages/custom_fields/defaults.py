"""The default value of a custom field as text in a form."""

from typing import Any

from crm.custom_fields.converting import text_of
from crm.custom_fields.custom_field import CustomField

YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def default_text(field: CustomField) -> str:
    """Ids of users and clients as numbers, all else as people read it."""
    return "" if field.default is None else text_of(field, field.default, lambda _id: None)


def default_of(field_type: str, text: str) -> Any:
    """What the operation takes; a text that is no such value is refused there."""
    words = text.strip()
    if not words:
        return None
    if field_type == "yes_no":
        return YES_NO.get(words.casefold(), words)
    if field_type == "multi_choice":
        return [part.strip() for part in words.split(",") if part.strip()]
    if field_type in {"user", "client"} and words.isascii() and words.isdigit():
        return int(words)
    return words

"""Writing with WhatsApp on the user's own device, where no number is connected."""

from urllib.parse import quote

from crm.errors import Conflict


def wa_me_link(phone: str, text: str = "") -> str:
    """An address that opens WhatsApp on the reader's own device."""
    return f"https://wa.me/{phone.removeprefix('+')}" + (f"?text={quote(text)}" if text else "")


def no_number(phone: str | None, text: str) -> Conflict:
    """The refusal where no number is connected, with `wa_me`."""
    link = wa_me_link(phone, text) if phone else None
    return Conflict("No WhatsApp number is connected.", {"wa_me": link})

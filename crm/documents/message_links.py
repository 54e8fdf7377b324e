"""The link to a quote in its WhatsApp message: where `{link}` stands, or else below the text."""

from typing import Any

from crm.accounts.workspaces import get_workspace
from crm.conversations.templates.fields import TemplateUse
from crm.conversations.templates.templates import LinkButton, MessageTemplate
from crm.db.transaction import Transaction
from crm.documents.mail_words import link_words
from crm.errors import Invalid, Sentence

LINK = "{link}"
LONGEST = 1_024
UNKNOWN = "cannot have {link}: nobody has said under which address this server is reached"


def base_of_links(tx: Transaction, public_url: str | None) -> str | None:
    """How the address of a link begins; None where nobody has said where the server is reached."""
    return public_url or get_workspace(tx).public_url


def text_with_link(text: str | None, language: str, address: str | None) -> str | None:
    """Raises Invalid naming `text`."""
    if text is not None and LINK in text:
        if address is None:
            raise Invalid.field("text", UNKNOWN)
        said = text.replace(LINK, address)
    else:
        linked = None if address is None else f"{link_words(language)}\n{address}"
        said = "\n\n".join(part for part in (text, linked) if part)
    if len(said) > LONGEST:
        most = LONGEST - len(said) + len(text or "")
        raise Invalid.field("text", Sentence("may have at most {n} characters beside the link", n=most))
    return said or None


def has_link(use: TemplateUse) -> bool:
    """Whether a place of the template asks for it."""
    return any(LINK in text for text in _texts(use))


def template_with_link(
    use: TemplateUse, known: MessageTemplate | None, address: str | None
) -> dict[str, Any]:
    """Of a button's address only what follows its fixed beginning. Raises Invalid naming the template."""
    if address is None:
        if has_link(use):
            raise Invalid.field("template", UNKNOWN)
        return use.model_dump()
    fixed = dict.fromkeys((each.button for each in use.links), "")
    fixed |= {button.button: fixed_part(button) for button in (known.links if known else [])}
    return use.model_dump() | {
        "parameters": [text.replace(LINK, address) for text in use.parameters],
        "named_parameters": {
            name: text.replace(LINK, address) for name, text in use.named_parameters.items()
        },
        "header": use.header.replace(LINK, address) if use.header is not None else None,
        "links": [
            {"button": each.button, "text": each.text.replace(LINK, address.removeprefix(fixed[each.button]))}
            for each in use.links
        ],
    }


def fixed_part(button: LinkButton) -> str:
    """What stands before the place in the address of a button."""
    return button.url.partition("{{")[0]


def _texts(use: TemplateUse) -> list[str]:
    filled = [*use.parameters, *use.named_parameters.values(), *(link.text for link in use.links)]
    return filled if use.header is None else [*filled, use.header]

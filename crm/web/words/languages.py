"""Languages by their own names."""

from babel import Locale, UnknownLocaleError

from crm.documents.words import document_languages


def language_name(tag: str) -> str:
    """The tag itself for a language that has no name. WhatsApp's templates write `en_US` for `en-US`."""
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-").get_display_name() or tag
    except (ValueError, UnknownLocaleError):
        return tag


def document_language_choices(*held: str) -> list[tuple[str, str]]:
    """The languages of quotes and invoices, and those that are held."""
    return [(tag, language_name(tag)) for tag in dict.fromkeys((*document_languages(), *held)) if tag]

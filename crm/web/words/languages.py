"""Languages by their own names."""

from babel import Locale

from crm.documents.words import document_languages


def language_name(tag: str) -> str:
    """The tag itself for a language that has no name."""
    return Locale.parse(tag, sep="-").get_display_name() or tag


def document_language_choices(*held: str) -> list[tuple[str, str]]:
    """The languages of quotes and invoices, and those that are held."""
    return [(tag, language_name(tag)) for tag in dict.fromkeys((*document_languages(), *held)) if tag]

"""Recognise the program that wrote a file by its characteristic headers."""

from collections.abc import Sequence

from crm.exports.columns import KEY
from crm.exports.tables import CSV_KEY
from crm.imports.headers.known import header_key

HOLDFAST = "holdfast"

SIGNS = {
    "hubspot": ("record id", "associated company"),
    "pipedrive": ("deal id", "deal title"),
    "pipedrive persons": ("person id", "person name"),
    "salesforce": ("contact id", "account name", "mailing city"),
    "zoho": ("record id", "contact owner id"),
    "espocrm": ("account name", "email address data"),
    "twenty": ("name first name", "emails primary email"),
    "frappe": ("lead owner", "naming series"),
    "google": ("phonetic first name", "file as"),
    "outlook": ("business street", "e mail address"),
    "outlook (de)": ("straße geschäftlich", "e mail adresse"),
    "linkedin": ("connected on", "email address"),
    "mailchimp": ("member rating", "leid"),
}


def program_of(headers: Sequence[str]) -> str | None:
    if is_exported(headers):
        return HOLDFAST
    keys = {header_key(header) for header in headers}
    return next((name for name, signs in SIGNS.items() if keys.issuperset(signs)), None)


def is_exported(headers: Sequence[str]) -> bool:
    """Whether Holdfast itself wrote the file."""
    return not {KEY, CSV_KEY}.isdisjoint(headers)

"""Recognise the program that wrote a file by its characteristic headers."""

from collections.abc import Sequence

from crm.imports.headers.known import header_key

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
    keys = {header_key(header) for header in headers}
    return next((name for name, signs in SIGNS.items() if keys.issuperset(signs)), None)

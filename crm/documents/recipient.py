"""The language and the currency of a new document, where nobody said them: those of its client."""

from functools import cache

from babel.languages import get_official_languages

from crm.accounts.workspaces import get_workspace
from crm.clients.client import Client, stored_client
from crm.db.transaction import Transaction
from crm.documents.company import get_company
from crm.documents.words import base_of, knows_words
from crm.money import currency_places


def usual_language(tx: Transaction, client_id: int | None) -> str:
    """The client's own; of a client abroad that of the country; else the workspace's."""
    client = None if client_id is None else stored_client(tx, client_id)
    if client is not None and client.language is not None:
        return client.language
    own = get_workspace(tx).language
    return _spoken_abroad(tx, client, own) or own


def usual_currency(tx: Transaction, client_id: int | None) -> str:
    """The client's own, while it is in use, else the workspace's."""
    client = None if client_id is None else stored_client(tx, client_id)
    if client is not None and client.currency in currency_places():
        return client.currency
    return get_workspace(tx).currency


def _spoken_abroad(tx: Transaction, client: Client | None, own: str) -> str | None:
    """None where documents have no words of it, or where the workspace's is spoken, too."""
    home = get_company(tx).country or get_workspace(tx).country
    if client is None or client.country is None or client.country == home:
        return None
    return _language_in(client.country, base_of(own))


@cache
def _language_in(country: str, own: str) -> str | None:
    spoken = [base_of(language.replace("_", "-")) for language in get_official_languages(country)]
    return None if own in spoken else next((each for each in spoken if knows_words(each)), None)

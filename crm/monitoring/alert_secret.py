"""The secret that signs alerts sent to a webhook."""

from crm.config import Settings
from crm.secret_key import open_vault
from crm.webhooks.signing import as_webhook_secret


def alert_secret(settings: Settings) -> str:
    """By which the receiver checks the signature. It comes from the server's key and changes with it."""
    return as_webhook_secret(open_vault(settings).derive("alerts by webhook"))

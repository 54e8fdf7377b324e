"""What the doors of the channels share: the vault, and the count of deliveries that nobody signed."""

from typing import cast

from flask import Flask, current_app

from crm.config import Settings
from crm.conversations.signature_failures import SignatureFailures
from crm.vault import Vault


def connect_whatsapp(app: Flask, settings: Settings) -> None:
    app.extensions["holdfast.vault"] = Vault(app.config["SECRET_KEY"])
    app.extensions["holdfast.signature_failures"] = SignatureFailures(settings.sqlite_path)


def vault() -> Vault:
    return cast(Vault, current_app.extensions["holdfast.vault"])


def signature_failures() -> SignatureFailures:
    return cast(SignatureFailures, current_app.extensions["holdfast.signature_failures"])

"""What the views of channels share: the vault, counts of unsigned deliveries, the self-test."""

from dataclasses import asdict, dataclass
from typing import cast

from flask import Flask, current_app

from crm.config import Settings
from crm.conversations.channels.channels import account_of, open_line
from crm.conversations.channels.health import ChannelHealth, channel_health
from crm.conversations.channels.signature_failures import NO_NUMBER, SignatureFailures
from crm.conversations.templates.approved_templates import TemplatesTaken, take_templates
from crm.conversations.transport.self_tests import Finding
from crm.conversations.whatsapp.errands import fetch_approved, request_self_test
from crm.errors import Conflict
from crm.secret_key import open_vault
from crm.vault import SealBroken, Vault
from crm.web.requests.reading import read, write

WEBHOOK = "/api/webhooks/whatsapp"
WEBHOOK_VIEW = "api_webhooks.receive_whatsapp"


@dataclass(frozen=True, slots=True)
class NumberHealth(ChannelHealth):
    """With the deliveries of the last day that were not signed: for this number, and for no connected one."""

    signature_failures: int
    deliveries_to_nobody: int


def connect_whatsapp(app: Flask, settings: Settings) -> None:
    app.extensions["holdfast.vault"] = open_vault(settings)
    app.extensions["holdfast.signature_failures"] = SignatureFailures(settings)


def vault() -> Vault:
    return cast(Vault, current_app.extensions["holdfast.vault"])


def signature_failures() -> SignatureFailures:
    return cast(SignatureFailures, current_app.extensions["holdfast.signature_failures"])


def number_health(channel_id: int) -> NumberHealth:
    """Raises NotFound."""
    known = read(channel_health, channel_id)
    counts = signature_failures()
    return NumberHealth(
        **asdict(known),
        signature_failures=counts.count(channel_id),
        deliveries_to_nobody=counts.count(NO_NUMBER),
    )


def check_number(channel_id: int) -> list[Finding]:
    """Raises NotFound and Busy. It takes some seconds where something does not answer."""
    known = _settings()
    try:
        line = read(open_line, vault(), channel_id)
    except SealBroken:
        return [Finding("secrets", passed=False, detail="")]
    return request_self_test(line, known.whatsapp_base_url, f"{known.own_address}{WEBHOOK}")


def fetch_templates(channel_id: int) -> TemplatesTaken:
    """Take over what WhatsApp approved for the number's account. Raises NotFound, Conflict and Busy."""
    account_id = read(account_of, channel_id)
    try:
        line = read(open_line, vault(), channel_id)
    except SealBroken:
        raise Conflict("The secrets of this number cannot be read. Enter them again.") from None
    approved, left_out = fetch_approved(line, _settings().whatsapp_base_url, account_id)
    return write(take_templates, account_id, approved, left_out)


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["holdfast.settings"])

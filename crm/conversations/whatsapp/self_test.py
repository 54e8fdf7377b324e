"""Testing a number: the handshake, a signed delivery, and the access token."""

import hashlib
import hmac
import json

import httpx2

from crm.conversations.transport.medium import Line
from crm.conversations.transport.self_tests import Finding, own_challenge
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.conversations.whatsapp.delivery import PROBE

TIMEOUT = 5.0


def run_self_test(line: Line, api: CloudApi, callback: str) -> list[Finding]:
    """Each step on its own: a failure stops no other. `callback` is the address of the webhook."""
    with httpx2.Client(timeout=TIMEOUT, trust_env=False) as client:
        return [_handshake(client, line, callback), _delivery(client, line, callback), _token(line, api)]


def _handshake(client: httpx2.Client, line: Line, callback: str) -> Finding:
    challenge = own_challenge()
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": line.secrets["verify_token"],
        "hub.challenge": challenge,
    }
    try:
        response = client.get(callback, params=query)
    except httpx2.HTTPError as error:
        return Finding("handshake", passed=False, detail=type(error).__name__)
    passed = response.status_code == 200 and response.text == challenge
    return Finding("handshake", passed=passed, detail=f"{response.status_code}")


def _delivery(client: httpx2.Client, line: Line, callback: str) -> Finding:
    """A delivery without events: it is checked like any other, and leaves nothing."""
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": line.address}}
    change = {"field": "messages", "value": value}
    body = json.dumps({"object": PROBE, "entry": [{"id": "0", "changes": [change]}]})
    digest = hmac.new(line.secrets["app_secret"].encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
    try:
        response = client.post(callback, content=body, headers=headers)
    except httpx2.HTTPError as error:
        return Finding("delivery", passed=False, detail=type(error).__name__)
    return Finding("delivery", passed=response.status_code == 200, detail=f"{response.status_code}")


def _token(line: Line, api: CloudApi) -> Finding:
    found = api.check(line)
    if isinstance(found, dict):
        label = found.get("display_phone_number") or found.get("verified_name") or ""
        return Finding("token", passed=True, detail=str(label))
    return Finding("token", passed=False, detail=getattr(found, "problem", ""))

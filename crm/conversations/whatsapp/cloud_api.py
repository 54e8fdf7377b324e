"""Requests to the WhatsApp Cloud API."""

from functools import cached_property
from typing import Any, BinaryIO, Self
from urllib.parse import quote

import httpx2
import orjson

from crm.config import Settings
from crm.conversations.transport.medium import Line
from crm.conversations.transport.outgoing import Outgoing, OutgoingFile, Uploaded
from crm.conversations.transport.send_results import Ambiguous, Passing, Permanent, SendResult
from crm.conversations.whatsapp.answers import outcome_of
from crm.conversations.whatsapp.composing import compose
from crm.conversations.whatsapp.media import Wanted, fetch_media
from crm.db.file_stores.store import StoreAway
from crm.db.stored_files import LeadsOut

TIMEOUT = httpx2.Timeout(20.0, connect=5.0)
# Shorter than servers keep a connection: one that they close while it waits looks like a lost answer.
LIMITS = httpx2.Limits(keepalive_expiry=1.0)
NOTHING_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
NUMBER_FIELDS = "display_phone_number,verified_name,quality_rating"


class CloudApi:
    """A Medium. Its connections are made at first use."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    @classmethod
    def connect(cls, settings: Settings) -> Self:
        return cls(settings.whatsapp_base_url)

    def upload(self, line: Line, file: OutgoingFile) -> str | SendResult:
        try:
            with file.open().stream as content:
                response = self._client.post(
                    f"{self._base_url}/{line.address}/media",
                    data={"messaging_product": "whatsapp", "type": file.media_type},
                    files={"file": (file.name, content, file.media_type)},
                    headers=_authorization(line),
                )
        except (FileNotFoundError, LeadsOut):
            return Permanent("The file is missing on the server.")
        except StoreAway as away:
            return Passing(away.message)
        except httpx2.HTTPError as error:
            return Passing(_problem_of(error))
        media_id = _object_in(response.content).get("id")
        if response.is_success and isinstance(media_id, str) and media_id:
            return media_id
        refused = outcome_of(response.status_code, response.headers, response.content)
        return Passing(refused.problem) if isinstance(refused, Ambiguous) else refused

    def send(self, line: Line, message: Outgoing, file: Uploaded | None, token: str) -> SendResult:
        address = f"{self._base_url}/{line.address}/messages"
        try:
            response = self._client.post(
                address, json=compose(message, token, file), headers=_authorization(line)
            )
        except NOTHING_SENT as error:
            return Passing(_problem_of(error))
        except httpx2.HTTPError as error:
            return Ambiguous(_problem_of(error))
        return outcome_of(response.status_code, response.headers, response.content)

    def fetch(self, line: Line, media_id: str, sha256: str | None, target: BinaryIO, limit: int) -> str:
        wanted = Wanted(f"{self._base_url}/{quote(media_id, safe='')}", sha256, limit)
        return fetch_media(self._client, _authorization(line), wanted, target)

    def check(self, line: Line) -> dict[str, Any] | SendResult:
        """What the API says of the number, or why it does not: whether the token is good for it."""
        address = f"{self._base_url}/{line.address}"
        try:
            response = self._client.get(
                address, params={"fields": NUMBER_FIELDS}, headers=_authorization(line)
            )
        except httpx2.HTTPError as error:
            return Passing(_problem_of(error))
        facts = _object_in(response.content)
        if response.is_success and facts:
            return facts
        return outcome_of(response.status_code, response.headers, response.content)

    def close(self) -> None:
        """Close the connections; a later use makes new ones."""
        if "_client" in self.__dict__:
            self.__dict__.pop("_client").close()

    @cached_property
    def _client(self) -> httpx2.Client:
        return httpx2.Client(timeout=TIMEOUT, limits=LIMITS, trust_env=False)


def _authorization(line: Line) -> dict[str, str]:
    return {"Authorization": f"Bearer {line.secrets['access_token']}"}


def _object_in(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _problem_of(error: httpx2.HTTPError) -> str:
    return f"WhatsApp could not be reached, or did not answer: {type(error).__name__}."

"""Fetching media: first its address, then its content, only from hosts of WhatsApp."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import httpx2
import orjson

from crm.conversations.transport.medium import MediaTrouble
from crm.conversations.whatsapp.answers import retry_after

HOSTS = re.compile(r"lookaside\.fbsbx\.com|([a-z0-9-]+\.)+(fbcdn\.net|whatsapp\.net)")
GONE = frozenset({400, 404, 410})


@dataclass(frozen=True, slots=True)
class Wanted:
    """`address` is where the API describes the media; `sha256` (hex) what the message said of it."""

    address: str
    sha256: str | None
    limit: int


def fetch_media(client: httpx2.Client, headers: dict[str, str], wanted: Wanted, target: BinaryIO) -> str:
    """Write the content into `target` and return its type. Raises MediaTrouble."""
    try:
        facts = _facts(client, wanted.address, headers)
        place, size = str(facts.get("url")), facts.get("file_size")
        if not _may_fetch(place, wanted.address):
            raise MediaTrouble("Its address is not one of WhatsApp.", passing=False)
        if isinstance(size, int) and size > wanted.limit:
            raise too_large(wanted.limit)
        with client.stream("GET", place, headers=headers) as response:
            digest = _copy(response, target, wanted.limit)
    except httpx2.HTTPError as error:
        raise MediaTrouble(f"It could not be fetched: {type(error).__name__}.", passing=True) from error
    expected = wanted.sha256 or facts.get("sha256")
    if isinstance(expected, str) and expected and digest != expected.lower():
        raise MediaTrouble("The content is not what its fingerprint says.", passing=True)
    return str(facts.get("mime_type") or "").split(";")[0].strip().lower()


def too_large(limit: int) -> MediaTrouble:
    megabytes = limit // (1024 * 1024)
    return MediaTrouble(f"It is larger than {megabytes} MB, the limit for uploads.", passing=False)


def _facts(client: httpx2.Client, address: str, headers: dict[str, str]) -> dict[str, Any]:
    response = client.get(address, headers=headers)
    if not response.is_success:
        raise _refusal(response)
    try:
        facts = orjson.loads(response.content)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        raise MediaTrouble("WhatsApp did not tell where it is.", passing=True)
    return facts


def _copy(response: httpx2.Response, target: BinaryIO, limit: int) -> str:
    """The SHA-256 of what was copied."""
    if not response.is_success:
        raise _refusal(response)
    digest, size = hashlib.sha256(), 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _refusal(response: httpx2.Response) -> MediaTrouble:
    """A missing file is not tried again; a redirect is not followed, as the token would go with it."""
    status = response.status_code
    passing = status not in GONE and not 300 <= status < 400
    return MediaTrouble(
        f"WhatsApp answered {status}.", passing=passing, retry_after=retry_after(response.headers)
    )


def _may_fetch(place: str, address: str) -> bool:
    """The token is sent along: only to WhatsApp's own hosts, or to the API's."""
    try:
        wanted, known = urlsplit(place), urlsplit(address)
        if (wanted.scheme, wanted.hostname, wanted.port) == (known.scheme, known.hostname, known.port):
            return True
        own_port = wanted.port in {None, 443}
    except ValueError:
        return False
    return wanted.scheme == "https" and own_port and bool(HOSTS.fullmatch(wanted.hostname or ""))

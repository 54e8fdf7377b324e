"""For how long the certificate is valid that people meet at PUBLIC_URL."""

import socket
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from crm import clock
from crm.config import Settings
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from cryptography import x509
else:
    x509 = WhenUsed("cryptography.x509")

SECONDS = 10

log = structlog.get_logger("crm.alerts")


def certificate_seconds(settings: Settings) -> float | None:
    """Less than 0 once it is over; None where PUBLIC_URL has no https, or cannot be reached from here."""
    parts = urlsplit(settings.public_url or "")
    if parts.scheme != "https" or parts.hostname is None:
        return None
    try:
        shown = _shown_by(parts.hostname, parts.port or 443)
        ends = x509.load_der_x509_certificate(shown).not_valid_after_utc
    except (OSError, ValueError) as error:
        log.info("the certificate of PUBLIC_URL cannot be read from here", reason=type(error).__name__)
        return None
    return (ends - clock.now()).total_seconds()


def _shown_by(host: str, port: int) -> bytes:
    """Whether it is one to be trusted does not matter here: one that is over must be read too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout=SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        return secured.getpeercert(binary_form=True) or b""

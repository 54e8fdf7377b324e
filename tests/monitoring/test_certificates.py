"""A certificate near its end raises its alert, and a new one clears it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crm import clock
from crm.config import Settings
from crm.monitoring.certificates import certificate_seconds
from tests.monitoring.conftest import QUIET, Server
from tests.support.cast import Cast


def write_certificate(path: Path, days: float) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = clock.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))


@contextmanager
def shown(path: Path) -> Iterator[str]:
    """An address where the certificate in this file is shown, whatever it is now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        stopped = threading.Event()

        def show() -> None:
            while not stopped.is_set():
                with suppress(OSError):
                    accepted, _ = listening.accept()
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(path)
                    accepted.settimeout(5)
                    context.wrap_socket(accepted, server_side=True).close()

        thread = threading.Thread(target=show)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        stopped.set()
        thread.join(10)


def test_an_old_certificate_is_a_warning_then_critical_until_there_is_a_new_one(
    server: Server, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "certificate.pem"
    write_certificate(path, days=15)
    server.set(cast.owner, thresholds={**QUIET, "backup": (None, None)})
    with shown(path) as address:
        server.settings = server.settings.model_copy(update={"public_url": address})
        assert server.round() == set()
        for days in (2, 12):
            server.clock.advance(days=days)
            assert server.round() == {"certificate"}
        server.clock.advance(days=3)
        assert server.round() == {"certificate"}
        write_certificate(path, days=60)
        server.clock.advance(hours=1)
        assert server.round() == set()


def test_where_no_certificate_can_be_read_nothing_is_raised(prepared: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        gone = silent.getsockname()[1]
    for address in (None, "http://crm.example.org", f"https://127.0.0.1:{gone}", "https://no.invalid"):
        assert certificate_seconds(prepared.model_copy(update={"public_url": address})) is None

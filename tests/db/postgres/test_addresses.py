"""Which servers are taken, and which are refused by a sentence; encryption, and passwords in a file."""

import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from crm.config import Settings
from crm.db.postgres.checks import of_server
from crm.db.postgres.startup import prepare
from crm.db.refusal import StartRefused
from tests.support.appliance import free_port
from tests.support.engines import TestCluster
from tests.support.postgres import QUICK, PrivateServer, program

PASSWORD = "s3cret-of-ann"
PARAMETERS = {"server_version": "14.9", "server_encoding": "UTF8", "client_encoding": "UTF8"}


def said(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


@pytest.fixture
def old_server() -> Iterator[int]:
    """The port of one that greets as PostgreSQL 14 does, and waits."""
    listening = socket.create_server(("127.0.0.1", 0))
    greeting = said(b"R", struct.pack("!I", 0))
    for name, value in PARAMETERS.items():
        greeting += said(b"S", f"{name}\0{value}\0".encode())
    greeting += said(b"K", struct.pack("!II", 1, 1)) + said(b"Z", b"I")

    def greet() -> None:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        with client:
            client.recv(1024)
            client.sendall(greeting)
            client.recv(1024)

    greeter = threading.Thread(target=greet)
    greeter.start()
    yield int(listening.getsockname()[1])
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    greeter.join(10)


def on(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"database_url": SecretStr(url)})


def test_an_older_server_is_refused(settings: Settings, old_server: int) -> None:
    url = f"postgresql://ann@127.0.0.1:{old_server}/crm?sslmode=disable&gssencmode=disable"
    with pytest.raises(StartRefused, match="is PostgreSQL 14; 15 or later is needed"):
        prepare(on(settings, url))


def test_a_database_that_is_not_utf8_is_refused_and_left_as_it_is(
    settings: Settings, postgres: TestCluster
) -> None:
    with psycopg.connect(postgres.url_of("postgres"), autocommit=True) as connection:
        connection.execute(b"CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0")
        with pytest.raises(StartRefused, match="the encoding SQL_ASCII; UTF8 is needed"):
            prepare(on(settings, postgres.url_of("ascii")))
        with psycopg.connect(postgres.url_of("ascii")) as other:
            assert other.execute(b"SELECT to_regclass('schema_migrations')").fetchall() == [(None,)]
        connection.execute(b"DROP DATABASE ascii")


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The port of a server that asks for a password and offers TLS; its certificate."""
    if program("initdb") is None:
        pytest.skip("PostgreSQL is missing. On Debian: apt-get install postgresql")
    port = free_port()
    with PrivateServer.started(f"{QUICK} -c port={port} -c listen_addresses=127.0.0.1") as server:
        certificate = certify(server, f"{server.address} port={port}")
        with psycopg.connect(f"{server.address} port={port}", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE ann LOGIN PASSWORD '{PASSWORD}'".encode())
            connection.execute(b"ALTER SCHEMA public OWNER TO ann")
        yield port, certificate


def certify(server: PrivateServer, address: str) -> Path:
    """Only with TLS and a password from then on."""
    key, certificate = server.data / "server.key", server.data / "server.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, timeout=60, capture_output=True,
    )  # fmt: skip
    server.own(key, 0o600)
    server.own(certificate, 0o644)
    (server.data / "pg_hba.conf").write_text(
        "local all postgres trust\nhostssl all ann 127.0.0.1/32 scram-sha-256\n"
    )
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(b"ALTER SYSTEM SET ssl = on")
        connection.execute(b"SELECT pg_reload_conf()")
    return certificate


def test_a_password_file_and_a_verified_certificate_are_heeded(
    settings: Settings, encrypted: tuple[int, Path], tmp_path: Path
) -> None:
    port, certificate = encrypted
    passwords = tmp_path / "passwords"
    passwords.write_text(f"localhost:{port}:postgres:ann:{PASSWORD}\n")
    passwords.chmod(0o600)
    place = f"postgresql://ann@localhost:{port}/postgres?hostaddr=127.0.0.1&passfile={passwords}"
    with pytest.raises(StartRefused, match="no encryption"):
        prepare(on(settings, f"{place}&sslmode=disable"))
    with pytest.raises(StartRefused, match="certificate verify failed"):
        prepare(on(settings, f"{place}&sslmode=verify-full&sslrootcert={strange(tmp_path)}"))
    safe = on(settings, f"{place}&sslmode=verify-full&sslrootcert={certificate}")
    prepare(safe)
    assert dict(of_server(safe))["schema"]() == "up to date"
    with pytest.raises(StartRefused) as refused:
        prepare(on(settings, safe_with_wrong_password(port)))
    assert "wrong-pass" not in str(refused.value)


def safe_with_wrong_password(port: int) -> str:
    return f"postgresql://ann:wrong-pass@localhost:{port}/postgres?hostaddr=127.0.0.1&sslmode=require"


def strange(folder: Path) -> Path:
    """The certificate of somebody else."""
    found = folder / "strange.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", "/CN=elsewhere",
         "-keyout", folder / "strange.key", "-out", found],
        check=True, timeout=60, capture_output=True,
    )  # fmt: skip
    return found

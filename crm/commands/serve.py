"""`crm serve` and `crm worker`: the server, and its worker alone."""

import json
import os
import socket
import sys
from dataclasses import asdict

import click
import structlog

from crm.accounts.setup import ensure_setup_code, is_set_up
from crm.config import (
    BESIDE_COMPOSE,
    Settings,
    SettingsError,
    load_settings,
    mistaken_variables,
    reachable,
    unread_env_file,
)
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.instance_lock import hold_instance
from crm.db.sqlite.startup import prepare
from crm.errors import system_reason
from crm.log_stream import drain_all
from crm.logs import configure_logging
from crm.program import STARTED_AS, fingerprint
from crm.secret_key import ensure_secret_key
from crm.setting_sources import as_variables
from crm.supervisor import Plan
from crm.worker import run_worker

WAIT_FOR_OTHER = 5.0
LET_READ = "sudo chgrp 10001 . .env && sudo chmod g+rX . .env"

log = structlog.get_logger("crm.serve")


@click.command()
def serve() -> None:
    """Run the web server and the worker, until Ctrl-C."""
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    for name, meant in mistaken_variables().items():
        log.warning("an unknown variable is ignored", variable=name, perhaps_meant=meant)
    if unread_env_file():
        log.warning(f"{BESIDE_COMPOSE} was not looked through for mistakes", mend=LET_READ)
    prepare(settings)
    lock = hold_instance(settings.sqlite_path, WAIT_FOR_OTHER)
    ensure_secret_key(settings)
    _check_port(settings)
    _become_supervisor(settings, lock)


@click.command()
def worker() -> None:
    """Run only the worker in this terminal; `crm serve` includes it."""
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    prepare(settings)
    run_worker(settings, os.getppid())


def _is_set_up(settings: Settings) -> bool:
    database = Database.open(settings)
    try:
        return database.read(is_set_up, SYSTEM)
    finally:
        database.close()


def _check_port(settings: Settings) -> None:
    """Report a port in use ourselves, before the web server retries and fails with its own message."""
    place = f"HOST is {settings.host!r} and PORT is '{settings.port}'"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SettingsError(
            f"{place}; expected an address of this machine and a free port: {system_reason(error)}."
        ) from error


def _become_supervisor(settings: Settings, lock: int) -> None:
    """Start the supervisor by exec, so that nothing of the preparation stays in memory."""
    plan = Plan(
        lock=lock,
        host=reachable(settings.host),
        port=settings.port,
        log_format=settings.log_format,
        address=settings.own_address,
        program=fingerprint(),
        setup_code="" if _is_set_up(settings) else ensure_setup_code(settings),
    )
    # The children read the settings again: they find what was checked here, whatever .env says by then.
    os.environ.update(as_variables(settings))
    os.environ[STARTED_AS] = plan.program
    os.set_inheritable(lock, True)  # noqa: FBT003
    sys.stdout.flush()
    drain_all()
    os.execv(sys.executable, [sys.executable, "-m", "crm.supervisor", str(_handed_over(plan))])  # noqa: S606


def _handed_over(plan: Plan) -> int:
    """Write the plan into a pipe and return its reading end. Arguments would be visible to every user."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        json.dump(asdict(plan), pipe)
    os.set_inheritable(reading, True)  # noqa: FBT003
    return reading

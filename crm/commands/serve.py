"""`crm serve` and `crm worker`: the server, and its worker alone."""

import os
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import Any

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
from crm.db.startup import prepare, rehearse
from crm.errors import system_reason
from crm.logs import configure_logging
from crm.program import STARTED_AS, fingerprint
from crm.secret_key import check_common_key, ensure_secret_key
from crm.setting_sources import as_variables
from crm.supervisor import Plan, supervise
from crm.when_used import WhenUsed
from crm.worker import run_worker

WAIT_FOR_OTHER = 5.0
LET_READ = "sudo chgrp 10001 . .env && sudo chmod g+rX . .env"

web_server = WhenUsed("crm.web.server")  # other commands need nothing of it

log = structlog.get_logger("crm.serve")


@click.command()
@click.option("--rehearse", "only_rehearse", is_flag=True, hidden=True)
def serve(*, only_rehearse: bool) -> None:
    """Run the web server and the worker, until Ctrl-C."""
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    if only_rehearse:
        rehearse(settings)
        web_server.create_app(settings)
        return
    for name, meant in mistaken_variables().items():
        log.warning("an unknown variable is ignored", variable=name, perhaps_meant=meant)
    if unread_env_file():
        log.warning(f"{BESIDE_COMPOSE} was not looked through for mistakes", mend=LET_READ)
    prepare(settings)
    lock = hold_instance(settings.sqlite_path, WAIT_FOR_OTHER)
    check_common_key(settings)
    ensure_secret_key(settings)
    _check_port(settings)
    sys.exit(_run(settings, lock))


@click.command()
def worker() -> None:
    """Run only the worker in this terminal; `crm serve` includes it."""
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    prepare(settings)
    check_common_key(settings)
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


def _run(settings: Settings, lock: int) -> int:
    plan = Plan(
        lock=lock,
        host=reachable(settings.host),
        port=settings.port,
        log_format=settings.log_format,
        address=settings.own_address,
        program=fingerprint(),
        setup_code="" if _is_set_up(settings) else ensure_setup_code(settings),
    )
    # A new version that this one starts reads what was checked here, whatever .env says by then.
    os.environ.update(as_variables(settings))
    os.environ[STARTED_AS] = plan.program
    sys.stdout.flush()
    made: Any = None
    with suppress(Exception):  # fails again in the process itself, which the supervisor reports
        made = web_server.create_app(settings)
    return supervise(plan, partial(_run_web, settings, made), partial(run_worker, settings))


def _run_web(settings: Settings, made: Any, parent: int) -> None:
    web_server.run_server(settings, parent, made)

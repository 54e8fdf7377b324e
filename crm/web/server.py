"""The web server: gunicorn with our application, settings and logs."""

import gc
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from crm.config import Settings
from crm.db.database import Database
from crm.signals import ignored_from_the_start
from crm.web.app import create_app
from crm.web.connections.descriptors import raise_limit
from crm.web.connections.sending import KEEP_ALIVE_SECONDS

GRACE_SECONDS = 25
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unlinked file of its own there


class ServerLog(Logger):
    """Uses our own log handlers. The application logs the requests, because it knows their id."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


class SupervisedArbiter(Arbiter):
    """Stops gracefully when the process that started it is gone, since nobody else would stop it."""

    def __init__(self, app: BaseApplication, parent: int) -> None:
        self._parent = parent
        super().__init__(app)

    def init_signals(self) -> None:
        ignored = ignored_from_the_start()
        super().init_signals()
        ignore(ignored)
        self.cfg.set("post_worker_init", lambda _worker: ignore(ignored))

    def manage_workers(self) -> None:
        if os.getppid() != self._parent:
            raise StopIteration
        super().manage_workers()


class Server(BaseApplication):
    """`made` is the application where it was made before the fork, so that all processes share its memory."""

    def __init__(self, settings: Settings, parent: int, made: Flask | None = None) -> None:
        self._settings = settings
        self._parent = parent
        self._made = made
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        app = self._made or create_app(self._settings)
        self.database: Database = app.extensions["holdfast.db"]
        # What stands before the fork stays shared by the workers: the collector shall not touch its pages.
        gc.collect()
        gc.freeze()
        return app

    def run(self) -> None:
        SupervisedArbiter(self, self._parent).run()


def options(settings: Settings) -> dict[str, Any]:
    """Gunicorn's settings."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": settings.web_workers,
        "worker_class": "crm.web.connections.worker.Worker",
        "threads": settings.web_threads,
        "preload_app": True,
        "worker_tmp_dir": str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None,
        "control_socket_disable": True,
        "graceful_timeout": GRACE_SECONDS,
        "timeout": 60,
        "keepalive": KEEP_ALIVE_SECONDS,
        "limit_request_line": 8190,
        "forwarded_allow_ips": "",  # the application itself reads X-Forwarded-*, from TRUSTED_PROXIES alone
        "logger_class": ServerLog,
        "loglevel": "debug" if settings.log_level == "DEBUG" else "warning",
        "worker_exit": close_database,
    }


def ignore(numbers: Iterable[signal.Signals]) -> None:
    """The server sets the signals of all its processes anew, whoever started it with some ignored."""
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)


def close_database(_arbiter: Arbiter, worker: Any) -> None:
    worker.app.database.close()


def run_server(settings: Settings, parent: int, made: Flask | None = None) -> None:
    raise_limit()
    Server(settings, parent, made).run()

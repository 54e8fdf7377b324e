"""METRICS_PORT: the figures on a port of this machine alone, without a token."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog

from crm.config import Settings
from crm.db.database import Database
from crm.errors import CrmError, system_words
from crm.monitoring.prometheus import CONTENT_TYPE, write_metrics

LOOPBACK = "127.0.0.1"
SECONDS = 10

log = structlog.get_logger("crm.monitoring")


def open_metrics_port(db: Database, settings: Settings) -> ThreadingHTTPServer | None:
    """Serve in a thread until `shutdown`; None where there is none, or where it is taken."""
    if settings.metrics_port is None:
        return None
    try:
        server = ThreadingHTTPServer((LOOPBACK, settings.metrics_port), _handler(db, settings))
    except OSError as error:
        log.warning("METRICS_PORT cannot be opened", port=settings.metrics_port, reason=system_words(error))
        return None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def _handler(db: Database, settings: Settings) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            try:
                body = write_metrics(db, settings)
            except (CrmError, OSError):
                self.send_error(503)
                return
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Reads are not logged, as on the other port."""

    return Handler

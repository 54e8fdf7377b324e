"""A server that is watched as the worker does it."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.heartbeat import beat
from crm.kinds import open_database
from crm.monitoring.alert_settings import AlertSettings, change_alert_settings
from crm.monitoring.incidents import open_incidents
from crm.monitoring.publishing import Publisher
from crm.monitoring.watching import Watch
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.mailbox import Mailbox, serving

LOOPBACK = (ip_network("127.0.0.0/8"),)
QUIET = {"disk": (None, None), "arrival": (None, None), "average": (None, None), "failed": (None, None)}


class Server:
    """A database with its figures, watched as the worker does it."""

    def __init__(self, settings: Settings, clock: FrozenClock) -> None:
        self.settings = settings
        self.clock = clock
        self.db = open_database(settings)
        self.publisher = Publisher(self.db, "web")
        self.watch = Watch()

    def round(self) -> set[str]:
        """The alerts that are raised after it."""
        beat(self.settings.sqlite_path)
        self.publisher.publish()
        self.watch.watch_figures(self.db, self.settings)
        return {incident.alert for incident in self.db.read(open_incidents, SYSTEM)}

    def run_slowly(self) -> None:
        """A statement that took six seconds, as the database counts one."""
        statistics = self.db.statistics
        statistics.note_statement(statistics.new_tallies(), "SELECT 1", 6_000_000_000, [])

    def set(self, actor: Actor, **changes: object) -> None:
        wanted = AlertSettings(**{"recipient": "admin@example.org", **changes})  # type: ignore[arg-type]
        self.db.write(change_alert_settings, actor, wanted, None, LOOPBACK)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(prepared: Settings, cast: Cast, mailbox: Mailbox, frozen_clock: FrozenClock) -> Iterator[Server]:
    changes: dict[str, object] = {"db_slow_query_threshold": 5_000, "db_transaction_timeout": 4_000}
    changes |= {"webhook_allowed_ranges": LOOPBACK}
    with serving(mailbox, prepared.model_copy(update=changes)) as settings:
        server = Server(settings, frozen_clock)
        server.set(cast.owner, thresholds={**QUIET, "slow": (0, None), "busy": (0, 50)})
        yield server
        server.db.close()

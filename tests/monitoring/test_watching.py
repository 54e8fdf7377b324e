"""What goes wrong raises its alert, is told once by e-mail, and clears; so does the heartbeat."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest

from crm.appliance.backups import back_up
from crm.db.actor import SYSTEM
from crm.db.backup.report import Silence
from crm.db.database import Database
from crm.db.engine import Pool
from crm.db.instance import create_instance
from crm.db.sqlite.engine import open_writer
from crm.errors import Busy
from crm.formats import formats_of
from crm.locales import HOUSE
from crm.monitoring.alert_settings import ask_for_test, last_test
from crm.monitoring.alerts import BY_NAME, Situation, scarce_connections
from crm.monitoring.figures import Figures, Minute, Process
from crm.monitoring.incidents import acknowledge_incident, list_incidents, open_incidents
from crm.monitoring.standing import measure_standing
from crm.monitoring.watching import call_heartbeat
from tests.monitoring.conftest import QUIET, Server
from tests.support.cast import Cast
from tests.support.mailbox import Mailbox


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(letter["Subject"]) for letter in mailbox.letters]


def test_all_is_well_on_a_new_server(server: Server, mailbox: Mailbox) -> None:
    assert server.round() == set()
    assert mailbox.letters == []


def test_a_slow_statement_is_told_once_and_is_over_after_an_hour(
    server: Server, mailbox: Mailbox, cast: Cast
) -> None:
    server.set(cast.owner, thresholds={**QUIET, "slow": (0, None)}, zone="Asia/Tokyo")
    server.round()
    server.run_slowly()
    assert [server.round(), server.round()] == [{"slow"}, {"slow"}]
    assert subjects(mailbox) == ["[Holdfast] WARNING: 1 statement was slow within an hour."]
    told = mailbox.letters[0].get_content()
    assert "https://crm.example.org/settings/system" in told
    since = server.clock.time.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"Since {formats_of(HOUSE).exact(since)}." in told and "(Asia/Tokyo, UTC+09:00)" in told
    server.clock.advance(hours=2)
    assert [server.round(), server.round()] == [set(), set()]
    assert subjects(mailbox)[1:] == ["[Holdfast] OVER: 1 statement was slow within an hour."]


@pytest.mark.parametrize(
    ("most", "busy", "raised"),
    [(2, 1, set()), (2, 2, {"free"}), (8, 4, set()), (8, 6, {"free"}), (30, 26, set())],
)
def test_few_free_connections_are_told_only_where_less_than_half_of_the_pool_is_free(
    most: int, busy: int, raised: set[str]
) -> None:
    process = Process("web", 1, 0.0, "1", busy, Pool(most, busy, 0, 0))
    figures = Figures(0.0, processes=[process, Process("worker", 2, 0.0, "1", 0, Pool(8, 1, 1, 0))])
    free = scarce_connections(figures)
    assert {"free"} & raised == ({"free"} if BY_NAME["free"].level_of(free, (3, 1)) else set())


@pytest.mark.sqlite("its one write lock is held by another")
def test_a_lock_that_is_held_raises_busy_and_clears(server: Server) -> None:
    server.round()
    holder = open_writer(server.settings.sqlite_path)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        server.db.write(lambda tx: tx.value("SELECT 1"), SYSTEM)
    holder.execute("ROLLBACK")
    holder.close()
    assert server.round() == {"busy"}
    server.clock.advance(hours=2)
    assert server.round() == set()


def test_an_old_backup_is_critical_until_there_is_a_new_one(server: Server, mailbox: Mailbox) -> None:
    create_instance(server.settings.sqlite_path, server.settings.upload_folder)
    server.round()
    server.clock.advance(hours=27)
    assert server.round() == {"backup"}
    assert subjects(mailbox)[0].startswith("[Holdfast] CRITICAL: There is no good backup")
    back_up(server.settings, Silence())
    assert server.round() == set()


def test_warnings_wait_for_the_end_of_the_quiet_hours(server: Server, mailbox: Mailbox, cast: Cast) -> None:
    server.set(cast.owner, thresholds={**QUIET, "slow": (0, None)}, quiet_from="07:00", quiet_until="08:00")
    server.round()
    server.run_slowly()
    assert server.round() == {"slow"}
    assert mailbox.letters == []
    server.clock.advance(minutes=30)
    server.round()
    assert len(mailbox.letters) == 1


def test_what_is_acknowledged_is_not_told_and_who_did_it_is_kept(
    server: Server, mailbox: Mailbox, cast: Cast
) -> None:
    server.round()
    mailbox.refusals = ["451 later"] * 2
    server.run_slowly()
    server.round()
    (incident,) = server.db.read(open_incidents, SYSTEM)
    server.db.write(acknowledge_incident, cast.owner, incident.id, "Olga")
    mailbox.refusals = []
    server.clock.advance(minutes=10)
    server.round()
    assert mailbox.letters == []
    assert server.db.read(list_incidents, SYSTEM)[0].acknowledged_by == "Olga"


def test_a_test_says_whether_it_was_sent(server: Server, mailbox: Mailbox, cast: Cast) -> None:
    for refusals, outcome in ([[], ""], [["550 no such user"], "The mail server answered 550: no such user"]):
        mailbox.refusals = list(refusals)
        server.db.write(ask_for_test, cast.owner)
        server.round()
        server.round()
        assert server.db.read(last_test, SYSTEM)["outcome"] == outcome
    assert subjects(mailbox) == ["[Holdfast] Test of the alerts"]


@pytest.mark.sqlite("a server has no file to move away")
def test_a_database_that_cannot_be_read_is_told_without_it(server: Server, mailbox: Mailbox) -> None:
    server.round()
    path = server.settings.sqlite_path
    path.rename(path.with_name("elsewhere.db"))
    for _ in range(3):
        server.watch.watch_figures(server.db, server.settings)
    begun = [
        "[Holdfast] WARNING: The database could not be read.",
        "[Holdfast] CRITICAL: The database could not be read 3 times in a row.",
    ]
    assert subjects(mailbox) == begun
    path.with_name("elsewhere.db").rename(path)
    assert server.round() == {"health"}
    assert server.round() == set()
    assert subjects(mailbox)[2:] == ["[Holdfast] OVER: The database could not be read 3 times in a row."]


ISSUED = {
    "waiting": (3, 10), "free": (3, 1), "slow": (50, 200), "failed": (10, 50), "busy": (5, 20),
    "average": (100, 500), "health": (0, 2), "backup": (None, 26), "disk": (None, 10), "log": (64, None),
}  # fmt: skip


def test_alerts_come_with_the_thresholds_that_were_promised() -> None:
    assert {name: (BY_NAME[name].warning, BY_NAME[name].critical) for name in ISSUED} == ISSUED
    assert [BY_NAME["health"].level_of(times, ISSUED["health"]) for times in (0, 1, 2, 3)] == [
        None, "warning", "warning", "critical",
    ]  # fmt: skip


def test_a_moment_of_waiting_is_no_alert_and_a_minute_of_it_is(server: Server) -> None:
    now = server.clock.time.timestamp()
    for rounds, raised in ((10, None), (60, "warning"), (180, "critical")):
        minute = Minute(int(now) - 60, {"waiting_seconds": 4 * rounds}, {"waiting": 40})
        standing = measure_standing(server.db, server.settings)
        found = BY_NAME["waiting"].measure(Situation(Figures(0.0, minutes=[minute]), standing, 0, now))
        assert BY_NAME["waiting"].level_of(found, ISSUED["waiting"]) == raised


def test_the_heartbeat_is_called_only_while_nothing_is_critical(server: Server, db: Database) -> None:
    called: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    heart = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=heart.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{heart.server_port}/ping"
    settings = server.settings.model_copy(update={"heartbeat_url": address})
    server.round()
    call_heartbeat(server.db, settings)
    server.clock.advance(hours=27)
    assert server.round() == {"backup"}
    call_heartbeat(server.db, settings)
    heart.shutdown()
    thread.join(10)
    heart.server_close()
    assert called == ["/ping"]

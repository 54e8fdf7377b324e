"""An alert has the level that it has now: it steps down, gets worse again, and each is told once."""

import re

import pytest

from crm.db.actor import SYSTEM
from crm.db.sqlite.engine import open_writer
from crm.errors import Busy
from crm.monitoring.incidents import Incident, open_incidents
from crm.monitoring.notices import SENTENCES, notice_of
from crm.vault import Vault
from tests.monitoring.conftest import QUIET, Server
from tests.support.cast import Cast
from tests.support.mailbox import Mailbox
from tests.support.whatsapp import KEY, connect


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(letter["Subject"]).removeprefix("[Holdfast] ") for letter in mailbox.letters]


def levels(server: Server) -> list[str]:
    return [incident.level for incident in server.db.read(open_incidents, SYSTEM)]


def test_what_was_critical_steps_down_once_it_stays_below_and_may_get_worse_again(
    server: Server, mailbox: Mailbox, cast: Cast
) -> None:
    server.set(cast.owner, thresholds={**QUIET, "slow": (0, 1)})
    server.round()
    for _statement in range(2):
        server.run_slowly()
    server.round()
    server.clock.advance(minutes=50)
    server.run_slowly()
    server.round()
    server.clock.advance(minutes=15)
    server.round()
    assert levels(server) == ["critical"], "not at the first look"
    server.clock.advance(minutes=3)
    server.round()
    assert levels(server) == ["warning"]
    assert "Critical no more since" in mailbox.letters[-1].get_content()
    server.run_slowly()
    server.round()
    server.clock.advance(hours=2)
    server.round()
    assert subjects(mailbox) == [
        "CRITICAL: 2 statements were slow within an hour.",
        "WARNING: 1 statement was slow within an hour.",
        "CRITICAL: 2 statements were slow within an hour.",
        "OVER: 2 statements were slow within an hour.",
    ]
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 4


@pytest.mark.sqlite("the whole file is locked; a server is locked by the workspace")
def test_what_was_sent_while_the_database_was_locked_is_not_sent_again(
    server: Server, mailbox: Mailbox
) -> None:
    server.round()
    mailbox.refusals = ["451 later"] * 2
    server.run_slowly()
    server.round()
    mailbox.refusals = []
    server.clock.advance(minutes=1)
    holder = open_writer(server.settings.sqlite_path)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        server.round()
    holder.execute("ROLLBACK")
    holder.close()
    server.round()
    server.round()
    assert [each for each in subjects(mailbox) if "slow" in each] == [
        "WARNING: 1 statement was slow within an hour."
    ]


def test_a_number_that_never_received_anything_is_told_from_when_it_was_connected(
    server: Server, cast: Cast
) -> None:
    server.set(cast.owner, thresholds={**QUIET, "arrival": (24, None)})
    assert server.round() == set()
    connect(server.db, cast.owner, Vault(KEY))
    server.clock.advance(hours=23)
    assert server.round() == set()
    server.clock.advance(hours=2)
    assert server.round() == {"arrival"}


@pytest.mark.parametrize("alert", SENTENCES)
def test_sentences_count_and_programs_get_numbers(alert: str) -> None:
    for value, number in (("1", 1), ("2.5", 2.5), ("", None)):
        incident = Incident(1, alert, "warning", value, "2026-01-01T00:00:00.000Z", None, None, None)
        notice = notice_of(incident, "UTC")
        assert notice.data["value"] == number
        assert not re.search(r"\b1 (?!ms\b)\w+s\b", notice.lines[0])

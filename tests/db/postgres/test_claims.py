"""Two machines take work at once: no row is taken twice, none is left."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from crm import clock
from crm.config import Settings
from crm.conversations.inbound.fetching import _claim as claim_media
from crm.conversations.outbound import outbox
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.kinds import open_database
from tests.support.engines import run_on_server
from tests.support.threads import run_in_threads

ROWS = 60
THREADS = 4
"""Of each machine."""
FILLED = (
    "SET session_replication_role = replica",
    """INSERT INTO channels (id, workspace_id, kind, address, shown_as, create_leads, sealed_secrets,
                             verify_mark, created_at, updated_at)
       VALUES (1, 1, 'whatsapp', 'a', 'a', 1, '', 'a', '{now}', '{now}')""",
    """INSERT INTO outbox (id, workspace_id, channel_id, conversation_id, message_id, token, payload, state,
                           due_at, queued_at, created_at)
       SELECT n, 1, 1, n, n, 'token ' || n, '{{}}', 'queued', '{now}', '{now}', '{now}'
         FROM generate_series(1, {rows}) n""",
    """INSERT INTO message_media (id, workspace_id, message_id, media_type, state, due_at)
       SELECT n, 1, n, 'image/png', 'waiting', '{now}'
         FROM generate_series(1, {rows}) n""",
)


@pytest.fixture
def machines(prepared: Settings) -> Iterator[list[Database]]:
    run_on_server([each.format(rows=ROWS, now=clock.timestamp()) for each in FILLED])
    made = [open_database(prepared) for _ in range(2)]
    yield made
    for each in made:
        each.close()


def claim_message(tx: Transaction) -> int | None:
    found = outbox.claim(tx)
    return None if found is None else found.outbox_id


def claim_file(tx: Transaction) -> int | None:
    found = claim_media(tx)
    return None if found is None else int(found["id"])


@pytest.mark.parametrize("claim", [claim_message, claim_file])
def test_no_row_is_taken_twice_and_none_is_left(
    machines: list[Database], claim: Callable[[Transaction], int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PER_SECOND", 2 * ROWS)
    taken: list[int] = []

    def work(number: int) -> None:
        while (found := machines[number % 2].claim(claim, SYSTEM)) is not None:
            taken.append(found)

    run_in_threads(work, 2 * THREADS)
    assert Counter(taken) == Counter(range(1, ROWS + 1))


def test_a_claim_passes_over_what_another_is_taking(machines: list[Database]) -> None:
    def take_two(tx: Transaction) -> list[int | None]:
        mine = claim_file(tx)
        return [mine, machines[1].claim(claim_file, SYSTEM)]

    assert machines[0].claim(take_two, SYSTEM) == [1, 2]

"""What a message that arrives costs in look-ups: the message, its conversation and its client, once each."""

import re

from tests.support.arrivals import arrive
from tests.support.talk import Talk
from tests.support.whatsapp import text

LOOKUPS = {
    "message": re.compile(r"^SELECT id, conversation_id, direction, kind, facts FROM messages"),
    "person": re.compile(r"^SELECT id FROM conversations WHERE .* phone_key = "),
    "conversation": re.compile(r"^SELECT v\.id, .* AND v\.id = :conversation_id AND v\.erased_at IS NULL$"),
    "client": re.compile(r"^SELECT c\.id, .* AND c\.id = :client_id AND c\.erased_at IS NULL$"),
}


def looked_up(talk: Talk) -> dict[str, int]:
    """How often each was looked up so far, by the statistics of the database."""
    counts = {" ".join(sql.split()): tally.count for sql, tally in talk.db.statistics.statements().items()}
    return {
        name: sum(count for sql, count in counts.items() if pattern.match(sql))
        for name, pattern in LOOKUPS.items()
    }


def test_who_is_known_is_looked_up_once_with_their_conversation_and_client(talk: Talk) -> None:
    arrive(talk.db, talk.vault, text("wamid.1"))
    before = looked_up(talk)
    arrive(talk.db, talk.vault, text("wamid.2"))
    after = looked_up(talk)
    assert {name: after[name] - before[name] for name in LOOKUPS} == dict.fromkeys(LOOKUPS, 1)


def test_what_came_before_is_looked_up_alone(talk: Talk) -> None:
    arrive(talk.db, talk.vault, text("wamid.1"))
    arrive(talk.db, talk.vault, text("wamid.2"))
    before = looked_up(talk)
    arrive(talk.db, talk.vault, text("wamid.2", body="The same once more"))
    after = looked_up(talk)
    assert after["message"] - before["message"] <= 1
    assert (after["client"], after["conversation"]) == (before["client"], before["conversation"])

"""Made-up conversations arrive as real ones do, and nothing can be sent in them."""

from crm.appliance.demo import fill_with_examples
from crm.db.database import Database
from tests.support.arrivals import counts, rows, value
from tests.support.cast import Cast

COUNTS = {"clients": 60, "leads": 60, "conversations": 20, "campaigns": 4}


def test_made_up_conversations_are_open_answered_and_closed_and_have_a_number_of_nobody(
    db: Database, cast: Cast
) -> None:
    for part in ({**COUNTS, "clients": 30, "conversations": 10}, COUNTS):
        for _ in fill_with_examples(db, cast.owner, part):
            pass
    found = counts(db)
    assert (found["clients"], found["conversations"]) == (60, 20), "with the clients that there are"
    assert (found["waiting"], found["quarantined"]) == (0, 0) and found["messages"] > 40
    states = {
        row["status"]: row["n"]
        for row in rows(db, "SELECT status, count(*) AS n FROM conversations GROUP BY 1")
    }
    assert states["closed"] > states["active"] > 0
    last = {row["direction"] for row in rows(db, "SELECT direction FROM messages")}
    assert last == {"in", "out"} and value(db, "SELECT count(*) FROM outbox") == 0
    assert value(db, "SELECT count(*) FROM conversations WHERE client_id IS NULL") == 0
    by_ad = "SELECT count(*) FROM touches t JOIN ads a ON a.platform_id = t.ad_id WHERE t.origin = 'ad'"
    assert value(db, by_ad) > 0, "some came by an ad of a campaign"
    assert value(db, "SELECT count(*) FROM channels WHERE deleted_at IS NULL") == 0

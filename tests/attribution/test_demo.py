from crm.appliance.demo import fill_with_examples
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.leads import furnish

COUNTS = {"clients": 60, "leads": 40, "campaigns": 6, "touches": 20}
COUNTED = """
    SELECT count(*), count(DISTINCT t.lead_id), count(t.campaign_id)
      FROM touches t
     WHERE t.workspace_id = :workspace_id
"""


def test_made_up_leads_came_by_the_campaigns_of_their_time_each_once(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    for counts in ({**COUNTS, "clients": 30, "leads": 20}, COUNTS):
        for _ in fill_with_examples(db, cast.owner, counts):
            pass
    [(touches, leads, credited)] = db.read(lambda tx: tx.tuples(COUNTED), cast.owner)
    assert 10 < touches <= COUNTS["touches"]
    assert touches == leads == credited

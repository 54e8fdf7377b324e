"""Demo deals are such as people could make: with scenarios, and of vehicles that are sold once."""

from crm.activity.chain import verify_chain
from crm.appliance.demo import fill_with_examples
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from tests.support.cast import Cast
from tests.support.leads import furnish

COUNTS = {"clients": 60, "leads": 5, "products": 3, "vehicles": 30, "deals": 24}


def _deals(tx: Transaction) -> list[Row]:
    return tx.all(
        """
        SELECT deals.id, deals.state, vehicles.status, deals.vehicle_id,
               (SELECT count(*)
                  FROM scenarios
                 WHERE scenarios.workspace_id = deals.workspace_id
                   AND scenarios.deal_id = deals.id) AS ways
          FROM deals
          LEFT JOIN vehicles ON vehicles.workspace_id = deals.workspace_id
                            AND vehicles.id = deals.vehicle_id
         WHERE deals.workspace_id = :workspace_id
         ORDER BY deals.id
        """
    )


def test_a_run_that_was_stopped_goes_on_and_each_deal_is_whole(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    for made in fill_with_examples(db, cast.owner, COUNTS):
        if made >= 30:
            break
    assert len(db.read(_deals, cast.owner)) == 12
    for _ in range(2):
        assert list(fill_with_examples(db, cast.owner, COUNTS))[-1] == 60
        deals = db.read(_deals, cast.owner)
        assert (len(deals), {deal["ways"] for deal in deals}) == (24, {3})
    assert {"draft", "approved", "delivered"} <= {deal["state"] for deal in deals}
    sold = [deal for deal in deals if deal["state"] == "delivered" and deal["vehicle_id"]]
    assert sold and {deal["status"] for deal in sold} == {"sold"}
    assert len({deal["vehicle_id"] for deal in sold}) == len(sold)
    assert db.read(verify_chain, cast.owner).broken_at is None

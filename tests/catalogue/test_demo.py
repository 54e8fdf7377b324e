"""The demo of vehicles and products: with drawn pictures, and inquiries that go on from where they were."""

from pathlib import Path

from crm.activity.chain import verify_chain
from crm.appliance.demo import fill_with_examples, picture_examples
from crm.catalogue.inquiries import SOURCE
from crm.catalogue.product_filters import ProductFilter
from crm.catalogue.product_listing import list_products
from crm.catalogue.vehicle_filters import VehicleFilter
from crm.catalogue.vehicle_listing import list_vehicles
from crm.config import Settings
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads
from tests.support.cast import Cast
from tests.support.leads import furnish

COUNTS = {"clients": 60, "leads": 10, "products": 4, "vehicles": 30}


def stored_files(folder: Path) -> int:
    return sum(1 for each in folder.rglob("*") if each.is_file())


def test_vehicles_and_goods_have_pictures_and_a_second_run_draws_none_anew(
    db: Database, cast: Cast, settings: Settings
) -> None:
    furnish(db, cast.owner)
    list(fill_with_examples(db, cast.owner, COUNTS))
    counted = []
    for _ in range(2):
        picture_examples(db, cast.owner, COUNTS, file_store(settings))
        vehicles = db.read(list_vehicles, cast.owner, VehicleFilter(), limit=50).rows
        assert {len(each.picture_ids) for each in vehicles} == {1, 2}
        products = db.read(list_products, cast.owner, ProductFilter(), limit=50).rows
        assert {(each.kind, len(each.picture_ids)) for each in products} == {("product", 1), ("service", 0)}
        counted.append(stored_files(settings.upload_folder))
    assert counted[0] == counted[1] > 3 * 30, "each with two thumbnails"


def test_inquiries_about_vehicles_are_leads_of_which_the_older_ones_are_settled(
    db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    for _ in range(2):
        list(fill_with_examples(db, cast.owner, COUNTS))
        leads = db.read(list_leads, cast.owner, LeadFilter(), limit=100).rows
        asked = [lead for lead in leads if lead.source == SOURCE]
        assert len(leads) - len(asked) == 10
        assert all(lead.client_name and lead.title.startswith("Inquiry: ") for lead in asked)
        assert sum(lead.stage_kind == "open" for lead in asked) == 5 < len(asked)
    assert db.read(verify_chain, cast.owner).broken_at is None

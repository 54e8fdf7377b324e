"""Each order of the lists of what is sold, written and paid for is read along an index."""

import pytest

from crm.campaigns.campaigns import create_campaign
from crm.campaigns.fields import CampaignFields
from crm.campaigns.filters import CAMPAIGNS
from crm.catalogue.product_fields import ProductFields
from crm.catalogue.product_filters import PRODUCTS
from crm.catalogue.products import create_product
from crm.catalogue.vehicle_fields import VehicleFields
from crm.catalogue.vehicle_filters import VEHICLES
from crm.catalogue.vehicles import create_vehicle
from crm.db.database import Database
from crm.deals.deal_fields import DealFields
from crm.deals.deal_filters import DEALS
from crm.deals.deals import create_deal
from crm.documents.fields import QuoteFields
from crm.documents.filters import QUOTES
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoice_filters import INVOICES
from crm.documents.invoices import create_invoice
from crm.documents.quotes import create_quote
from crm.fields import parse_fields
from tests.db.postgres.test_list_orders import check_orders, copying
from tests.support.cast import Cast
from tests.support.engines import run_on_server
from tests.support.leads import furnish

LINES = [{"title": "Mats", "unit_price": 5}]
TAGS = {"first_tag": "CASE WHEN n % 7 = 0 THEN 't' || n % 5 END"}
CHANGED = {
    "vehicles": {
        "stock_number": "'S' || n",
        "stock_key": "'s' || n",
        "name_key": "'golf ' || n % 50",
        "price_minor": "CASE WHEN n % 3 = 0 THEN n END",
        "mileage_km": "CASE WHEN n % 4 = 0 THEN n END",
        "location_key": "CASE WHEN n % 3 = 0 THEN 'l' || n % 5 END",
        **TAGS,
    },
    "products": {
        "sku": "CASE WHEN n % 3 = 0 THEN 'K' || n END",
        "sku_key": "CASE WHEN n % 3 = 0 THEN 'k' || n END",
        "name_key": "'tyre ' || n % 50",
        "price_minor": "CASE WHEN n % 3 = 0 THEN n END",
        "category_key": "CASE WHEN n % 3 = 0 THEN 'c' || n % 5 END",
        **TAGS,
    },
    "deals": {
        "deal_number": "'D' || n",
        "number_key": "'d' || n",
        "client_key": "'c ' || n % 50",
        "salesperson_id": "CASE WHEN n % 2 = 0 THEN 1 END",
        "total_minor": "n",
    },
    "quotes": {
        "quote_number": "'Q' || n",
        "number_key": "'q' || n",
        "title_key": "'t' || n % 50",
        "valid_until": "CASE WHEN n % 3 = 0 THEN '2026-01-01' END",
    },
    "invoices": {"name_key": "'i' || n", "title_key": "'t' || n % 50"},
    "campaigns": {
        "name": "'C' || n",
        "name_key": "'c' || n",
        "name_order": "'c' || n",
        "start_date": "CASE WHEN n % 3 = 0 THEN '2026-01-01' END",
        "budget_minor": "CASE WHEN n % 3 = 0 THEN n END",
        **TAGS,
    },
}


@pytest.fixture
def many(db: Database, cast: Cast) -> None:
    """Of one of each kind, unlike in what they are sorted by."""
    who = cast.owner
    furnish(db, who)
    golf = {"year": 2024, "make": "VW", "model": "Golf"}
    db.write(create_vehicle, who, parse_fields(VehicleFields, golf))
    db.write(create_product, who, parse_fields(ProductFields, {"name": "Tyre"}))
    db.write(create_deal, who, parse_fields(DealFields, {"lines": LINES}))
    db.write(create_quote, who, parse_fields(QuoteFields, {"title": "Roof", "lines": LINES}))
    db.write(create_invoice, who, parse_fields(InvoiceFields, {"title": "Roof", "lines": LINES}))
    db.write(create_campaign, who, parse_fields(CampaignFields, {"name": "Spring"}))
    run_on_server([*(copying(table, values) for table, values in CHANGED.items()), "ANALYZE"])


@pytest.mark.usefixtures("many")
def test_a_page_in_any_order_visits_few_rows(db: Database, cast: Cast) -> None:
    for listed in (VEHICLES, PRODUCTS, DEALS, QUOTES, INVOICES, CAMPAIGNS):
        check_orders(db, cast.owner, listed)

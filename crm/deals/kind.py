"""The kinds of the deals room: deals and their scenarios."""

from functools import partial

from crm.clients.phones import parse_phone
from crm.custom_fields.values import with_custom
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, find_deal, get_deal
from crm.deals.deal_fields import DealChanges, DealFields, TradeInFields
from crm.deals.deal_filters import SORTS, DealFilter, deal_filter_fields
from crm.deals.deal_index import SEARCH, index_deals_of_client, index_deals_of_vehicle, rebuild_deal
from crm.deals.deal_listing import count_deals, list_deals, suggest_deals
from crm.deals.deal_trash import delete_deal, restore_deal
from crm.deals.deals import change_deal, create_deal
from crm.deals.demo import begin_deals
from crm.deals.rows import ROWS
from crm.fields import parse_fields
from crm.records.bulk import Bulk
from crm.records.erasing import emptied
from crm.records.kind import (
    Action,
    Changes,
    Customized,
    Examples,
    Export,
    Facts,
    Kind,
    Listing,
    Lookup,
    Search,
    Trash,
    exported,
    not_undone,
)
from crm.records.pointer import Pointer
from crm.records.skeleton import facts_of

ON_ITS_PAGE = "a deal moves by its own steps, on its page"
ON_THE_DESK = "scenarios are changed on the desk of their deal"


def _set_back(tx: Transaction, deal_id: int, earlier: Facts) -> object:
    """Without the vehicles that trade-ins became in stock."""
    values = with_custom(earlier)
    if "trade_ins" in values:
        own = TradeInFields.model_fields
        values["trade_ins"] = [{name: each[name] for name in own} for each in values["trade_ins"]]
    return change_deal(tx, deal_id, parse_fields(DealChanges, values))


DEAL = Kind(
    name="deal",
    table="deals",
    known_by="deal_number",
    area="deals",
    modules=("desk",),
    permissions={
        "read": "everyone",
        "write": "workers",
        "delete": "workers",
        "approve": "admins",
        "manage": "admins",
        "export": "allowed",
    },
    rows={table: ROWS[table] for table in ("deals", "deal_trade_ins", "deal_products", "deal_rules")},
    examples=Examples(usual=60, least=0, begin=begin_deals),
    erasing={
        "deals": emptied(
            blank="notes cancel_reason return_reason custom",
            keeps="""deal_number number_key state client_id vehicle_id lead_id salesperson_id currency lines
                total_minor gross_front_minor gross_back_minor approved_by approved_at
                delivered_at cancelled_at returned_at vehicle_key""",
            client_key="''",
            sought="''",
            joined="''",
        ),
        "deal_trade_ins": emptied(
            blank="vin",
            keeps="""deal_id place year make model mileage mileage_unit allowance_minor payoff_minor
                vehicle_id""",
        ),
        "deal_products": "which products were sold says nothing of a person",
        "deal_rules": "they are of the business",
    },
    actions={
        "deal.deleted": Action("restore"),
        "deal.restored": Action("delete"),
        "deal.changed": Action("change"),
    }
    | not_undone(
        ON_ITS_PAGE,
        "deal.created",
        "deal.linked",
        "deal.submitted",
        "deal.reopened",
        "deal.approved",
        "deal.delivered",
        "deal.cancelled",
        "deal.amended",
        "deal.returned",
        "deal_rules.changed",
    )
    | exported("deal"),
    fields=DealFields,
    lookup=Lookup(DEAL_RECORD, get_deal, find_deal),
    links={"vehicle_id": "vehicle", "lead_id": "lead", "salesperson_id": "user", "deal_id": "deal"},
    pointers=(
        Pointer("client_id", "clients", when_erased="erase"),
        Pointer("vehicle_id", "vehicles"),
        Pointer("lead_id", "leads", when_erased="keep"),
        Pointer("salesperson_id", "users"),
        Pointer("approved_by", "users"),
        Pointer("deal_id", "deals", of="deal_trade_ins", when_erased="erase"),
        Pointer("vehicle_id", "vehicles", of="deal_trade_ins"),
        Pointer("deal_id", "deals", of="deal_products", when_erased="keep"),
        Pointer("product_id", "products", of="deal_products"),
    ),
    trash=Trash(delete_deal, restore_deal),
    changes=Changes(lambda tx, deal_id: facts_of(DEAL_RECORD, get_deal(tx, deal_id)), _set_back),
    bulk=Bulk(
        DealChanges,
        change_deal,
        new=DealFields,
        create=partial(create_deal, complete=True),
        owner="salesperson_id",
    ),
    listing=Listing(DealFilter, SORTS, list_deals, count_deals, suggest_deals),
    filtered=deal_filter_fields,
    export=Export(Deal, DealFilter, SORTS, list_deals, count_deals),
    customized=Customized(parse_phone, frozen="held.state = 'delivered'"),
    search=Search(
        rebuild_deal,
        SEARCH,
        follows={"client": index_deals_of_client, "vehicle": index_deals_of_vehicle},
        texts=("notes",),
    ),
    parts=frozenset({"notes", "tasks", "files", "tags", "issued_numbers"}),
    numbered=("deal", "deal_number"),
)

SCENARIO = Kind(
    name="scenario",
    table="scenarios",
    known_by="name",
    area="deals",
    modules=("desk",),
    permissions=DEAL.permissions,
    rows={"scenarios": ROWS["scenarios"]},
    examples="deals bring their scenarios",
    erasing={"scenarios": "terms and figures say nothing of a person"},
    actions=not_undone(
        ON_THE_DESK, "scenario.created", "scenario.changed", "scenario.chosen", "scenario.deleted"
    ),
    part_of=("deal_id", "deal"),
    pointers=(Pointer("deal_id", "deals", when_erased="keep"),),
)

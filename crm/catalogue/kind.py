"""The kinds of the catalogue: products and vehicles."""

from functools import partial

from crm.catalogue.costs import COSTS_APART
from crm.catalogue.demo_pictures import picture_products, picture_vehicles
from crm.catalogue.feeds import google_feed, meta_feed
from crm.catalogue.product import PRODUCT_RECORD, Product, find_product, get_product
from crm.catalogue.product_demo import begin_products
from crm.catalogue.product_fields import ProductChanges, ProductFields
from crm.catalogue.product_filters import PRODUCT_SORTS, ProductFilter, product_filter_fields
from crm.catalogue.product_importing import IMPORTED_PRODUCTS
from crm.catalogue.product_listing import count_products, list_products, suggest_products
from crm.catalogue.product_trash import delete_product, rebuild_product, restore_product
from crm.catalogue.products import PRODUCT_SEARCH, change_product, create_product
from crm.catalogue.rows import ROWS
from crm.catalogue.vehicle import VEHICLE_RECORD, Vehicle, find_vehicle, get_vehicle
from crm.catalogue.vehicle_demo import begin_vehicles
from crm.catalogue.vehicle_fields import VehicleChanges, VehicleFields
from crm.catalogue.vehicle_filter_fields import vehicle_filter_fields
from crm.catalogue.vehicle_filters import SORTS, VehicleFilter
from crm.catalogue.vehicle_importing import IMPORTED_VEHICLES
from crm.catalogue.vehicle_listing import count_vehicles, list_vehicles, suggest_vehicles
from crm.catalogue.vehicle_trash import delete_vehicle, rebuild_vehicle, restore_vehicle
from crm.catalogue.vehicles import SEARCH, change_vehicle, create_vehicle
from crm.clients.phones import parse_phone
from crm.custom_fields.values import with_custom
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.records.bulk import Bulk, sets
from crm.records.erasing import REMOVED
from crm.records.kind import (
    Changes,
    Customized,
    Examples,
    Export,
    Facts,
    Kind,
    Listing,
    Lookup,
    Pointer,
    Search,
    Trash,
    exported,
    not_undone,
    usual_actions,
)
from crm.records.skeleton import facts_of

OF_THE_BUSINESS = "a vehicle is the business's own, and says nothing of a person"


def _facts(tx: Transaction, vehicle_id: int) -> Facts:
    return facts_of(VEHICLE_RECORD, get_vehicle(tx, vehicle_id))


def _set_back(tx: Transaction, vehicle_id: int, earlier: Facts) -> object:
    changes = parse_fields(VehicleChanges, with_custom(earlier))
    return change_vehicle(tx, vehicle_id, changes, restored=True)


VEHICLE = Kind(
    name="vehicle",
    table="vehicles",
    known_by="name",
    area="vehicles",
    modules=("desk",),
    permissions={
        "read": "everyone",
        "write": "workers",
        "delete": "workers",
        "export": "allowed",
        "share": "admins",
    },
    rows={table: ROWS[table] for table in ("vehicles", "vehicle_costs", "vehicle_pictures", "stock_links")},
    examples=Examples(usual=80, least=0, begin=begin_vehicles, picture=picture_vehicles),
    actions=usual_actions("vehicle")
    | exported("vehicle")
    | not_undone("a link is revoked, or a new one is made", "vehicle.shared", "vehicle.unshared")
    | not_undone("its deal decides", "vehicle.held", "vehicle.released", "vehicle.sold")
    | not_undone("a vehicle that came back is sold by a new deal", "vehicle.returned"),
    erasing={
        "vehicles": OF_THE_BUSINESS,
        "vehicle_costs": OF_THE_BUSINESS,
        "vehicle_pictures": REMOVED,
        "stock_links": "a link to the stock is the business's own",
    },
    sight=COSTS_APART,
    fields=VehicleFields,
    lookup=Lookup(VEHICLE_RECORD, get_vehicle, find_vehicle),
    pointers=(
        Pointer("vehicle_id", "vehicles", of="vehicle_costs"),
        Pointer("vehicle_id", "vehicles", of="vehicle_pictures"),
        Pointer("file_id", "files", of="vehicle_pictures", when_erased="erase"),
        Pointer("created_by", "users", of="stock_links"),
    ),
    trash=Trash(delete_vehicle, restore_vehicle),
    changes=Changes(_facts, _set_back),
    bulk=Bulk(
        VehicleChanges,
        change_vehicle,
        new=VehicleFields,
        create=partial(create_vehicle, complete=True),
        own={"status": sets(VehicleChanges, "status")},
    ),
    listing=Listing(VehicleFilter, SORTS, list_vehicles, count_vehicles, suggest_vehicles),
    filtered=vehicle_filter_fields,
    export=Export(
        Vehicle,
        VehicleFilter,
        SORTS,
        list_vehicles,
        count_vehicles,
        feeds={"google": google_feed, "meta": meta_feed},
    ),
    importing=IMPORTED_VEHICLES,
    search=Search(rebuild_vehicle, SEARCH, texts=("description", "notes")),
    parts=frozenset({"notes", "tasks", "files", "tags", "issued_numbers"}),
    customized=Customized(parse_phone),
    numbered=("stock", "stock_number"),
)


def _product_facts(tx: Transaction, product_id: int) -> Facts:
    return facts_of(PRODUCT_RECORD, get_product(tx, product_id))


def _set_product_back(tx: Transaction, product_id: int, earlier: Facts) -> object:
    return change_product(tx, product_id, parse_fields(ProductChanges, with_custom(earlier)))


PRODUCT = Kind(
    name="product",
    table="products",
    known_by="name",
    area="products",
    modules=("desk", "quotes"),
    permissions={"read": "everyone", "write": "workers", "delete": "workers", "export": "allowed"},
    rows={
        table: ROWS[table] for table in ("products", "product_prices", "product_pictures", "stock_movements")
    },
    examples=Examples(usual=12, least=0, begin=begin_products, picture=picture_products),
    actions=usual_actions("product")
    | exported("product")
    | not_undone("stock is corrected by another movement", "product.stock_changed"),
    erasing={
        **dict.fromkeys(
            ("products", "product_prices", "stock_movements"),
            "a product is the business's own, and says nothing of a person",
        ),
        "product_pictures": REMOVED,
    },
    sight=COSTS_APART,
    fields=ProductFields,
    lookup=Lookup(PRODUCT_RECORD, get_product, find_product),
    pointers=(
        Pointer("product_id", "products", of="product_prices"),
        Pointer("product_id", "products", of="product_pictures"),
        Pointer("file_id", "files", of="product_pictures", when_erased="erase"),
        Pointer("product_id", "products", of="stock_movements"),
        Pointer("moved_by", "users", of="stock_movements"),
    ),
    trash=Trash(delete_product, restore_product),
    changes=Changes(_product_facts, _set_product_back),
    bulk=Bulk(
        ProductChanges,
        change_product,
        new=ProductFields,
        create=partial(create_product, complete=True),
        own={"active": sets(ProductChanges, "active", "1".__eq__)},
    ),
    listing=Listing(ProductFilter, PRODUCT_SORTS, list_products, count_products, suggest_products),
    filtered=product_filter_fields,
    export=Export(Product, ProductFilter, PRODUCT_SORTS, list_products, count_products),
    importing=IMPORTED_PRODUCTS,
    search=Search(rebuild_product, PRODUCT_SEARCH, texts=("description",)),
    parts=frozenset({"notes", "tasks", "files", "tags"}),
    customized=Customized(parse_phone),
)

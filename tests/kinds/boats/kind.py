"""What boats are to all that works on any record."""

from crm.db.transaction import Transaction
from crm.fields import Name, parse_fields
from crm.records.bulk import Bulk
from crm.records.erasing import SQL_PLACEHOLDER, hidden
from crm.records.importing import Importing
from crm.records.keys import sort_key
from crm.records.kind import (
    Changes,
    Examples,
    Facts,
    Kind,
    Listing,
    Lookup,
    Pointer,
    Search,
    Trash,
    usual_actions,
)
from crm.records.skeleton import facts_of
from crm.row_rules import RowRules, columns, fits, ids, key_of
from tests.kinds.boats.boats import (
    BOAT_RECORD,
    SORTS,
    BoatChanges,
    BoatFields,
    BoatFilter,
    Plate,
    begin_boats,
    change_boat,
    count_boats,
    create_boat,
    delete_boat,
    find_boat,
    get_boat,
    list_boats,
    rebuild_boat,
    restore_boat,
    suggest_boats,
)


def _set_back(tx: Transaction, boat_id: int, earlier: Facts) -> object:
    return change_boat(tx, boat_id, parse_fields(BoatChanges, earlier))


BOAT = Kind(
    name="boat",
    table="boats",
    known_by="name",
    area="boats",
    permissions={"read": "everyone", "write": "workers", "delete": "workers"},
    rows={
        "boats": RowRules(
            columns(name=fits(Name), plate=fits(Plate), **ids("client_id")),
            made={"name_key": key_of("name", sort_key)},
        )
    },
    examples=Examples(usual=3, least=0, begin=begin_boats),
    erasing={"boats": hidden(name=SQL_PLACEHOLDER, name_key=SQL_PLACEHOLDER, blank="plate client_id")},
    actions=usual_actions("boat"),
    fields=BoatFields,
    lookup=Lookup(BOAT_RECORD, get_boat, find_boat),
    links={"client_id": "client"},
    pointers=(Pointer("client_id", "clients", holds="boats", when_erased="erase"),),
    trash=Trash(delete_boat, restore_boat),
    bulk=Bulk(BoatChanges, change_boat, new=BoatFields, create=create_boat),
    changes=Changes(lambda tx, boat_id: facts_of(BOAT_RECORD, get_boat(tx, boat_id)), _set_back),
    listing=Listing(BoatFilter, SORTS, list_boats, count_boats, suggest_boats),
    importing=Importing(
        fields=BoatFields,
        create=create_boat,
        needed="name",
        alike=("plate",),
        headers={"plate": ("registration", "kennzeichen")},
        examples={"name": "Van", "plate": "B-AB 123", "client_id": "name of the client"},
    ),
    search=Search(rebuild_boat),
    parts=frozenset({"notes", "tasks", "files", "tags"}),
)

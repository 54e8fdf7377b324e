"""The kind `client`."""

from crm.clients.bulk import BULK
from crm.clients.client import CLIENT_RECORD, Client, find_client, get_client
from crm.clients.clients import SEARCH, change_client
from crm.clients.company_names import index_people_of
from crm.clients.consent_fields import FACTS
from crm.clients.consents import consent_facts, set_back
from crm.clients.demo import begin_clients
from crm.clients.erasing import ERASING
from crm.clients.fields import ClientChanges, ClientFields
from crm.clients.filter_fields import client_filter_fields
from crm.clients.filters import SORTS, ClientFilter
from crm.clients.listing import count_clients, list_clients, suggest_clients
from crm.clients.merged import list_losers, winner_of
from crm.clients.phones import parse_phone
from crm.clients.picture import point_at_picture
from crm.clients.rebuilding import rebuild_client
from crm.clients.rows import ROWS
from crm.clients.trash import delete_client, restore_client
from crm.custom_fields.values import with_custom
from crm.db.transaction import Transaction
from crm.fields import parse_fields
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
    Pointer,
    Search,
    Trash,
    exported,
    usual_actions,
)
from crm.records.skeleton import facts_of


def _set_back(tx: Transaction, client_id: int, earlier: Facts) -> object:
    set_back(tx, client_id, {name: value for name, value in earlier.items() if name in FACTS})
    own = {name: value for name, value in earlier.items() if name not in FACTS}
    changes = parse_fields(ClientChanges, with_custom(own))
    return change_client(tx, client_id, changes, allow_duplicate=True)


def _facts(tx: Transaction, client_id: int) -> Facts:
    return facts_of(CLIENT_RECORD, get_client(tx, client_id)) | consent_facts(tx, client_id)


CLIENT = Kind(
    name="client",
    table="clients",
    known_by="name",
    area="clients",
    permissions={
        "read": "everyone",
        "write": "workers",
        "delete": "workers",
        "erase": "owners",
        "export": "allowed",
        "merge": "allowed",
    },
    rows=ROWS,
    examples=Examples(usual=500, least=1, begin=begin_clients),
    erasing=ERASING,
    actions=usual_actions("client")
    | exported("client")
    | {
        "client.picture_changed": Action(why_not="the picture before is restored from the trash of files"),
        "client.consent_changed": Action("change"),
        "client.merged": Action(why_not="merged clients are separated on the client's page"),
        "client.told_apart": Action(why_not="two clients are merged on the client's page"),
        "client.erased": Action(why_not="what is erased is gone, as the person asked"),
        "client.unmerged": Action(why_not="two clients are merged on the client's page"),
    },
    fields=ClientFields,
    lookup=Lookup(CLIENT_RECORD, get_client, find_client),
    links={
        "company_id": "client",
        "owner_id": "user",
        "merged_id": "client",
        "merged_into_id": "client",
        "not_same_id": "client",
    },
    pointers=(
        Pointer("company_id", "clients", holds="people", when_erased="unlink"),
        Pointer("picture_id", "files", when_erased="unlink"),
        Pointer("owner_id", "users"),
        Pointer("client_id", "clients", of="client_contact_points", stays=True, when_erased="erase"),
        Pointer("client_id", "clients", of="client_addresses", stays=True, when_erased="erase"),
        Pointer("client_id", "clients", of="client_companies", stays=True, when_erased="erase"),
        Pointer("company_id", "clients", of="client_companies", once=("client_id",), when_erased="erase"),
        Pointer("client_id", "clients", of="client_consents", when_erased="erase"),
        Pointer("actor_id", "users", of="client_consents"),
        Pointer("winner_id", "clients", of="client_merges", stays=True, when_erased="erase"),
        Pointer("loser_id", "clients", of="client_merges", stays=True, when_erased="erase"),
        Pointer("merge_id", "client_merges", of="client_merge_moves", when_erased="erase"),
        Pointer("first_id", "clients", of="client_pairs", stays=True, when_erased="erase"),
        Pointer("client_id", "clients", of="client_blocks", in_schema=False, stays=True, when_erased="erase"),
        Pointer("second_id", "clients", of="client_pairs", stays=True, when_erased="erase"),
    ),
    contradictions={
        "clients: company_id names one that is no company": """
            SELECT 1
              FROM clients c
              JOIN clients company ON company.workspace_id = c.workspace_id AND company.id = c.company_id
             WHERE company.kind <> 'company' OR company.id = c.id""",
        "client_companies: company_id names one that is no company, or client_id one that is no person": """
            SELECT 1
              FROM client_companies f
              JOIN clients c       ON c.workspace_id = f.workspace_id AND c.id = f.client_id
              JOIN clients company ON company.workspace_id = f.workspace_id AND company.id = f.company_id
             WHERE company.kind <> 'company' OR c.kind <> 'person'""",
        "clients: picture_id names a file that is not their picture": """
            SELECT 1
              FROM clients c
              JOIN files f ON f.workspace_id = c.workspace_id AND f.id = c.picture_id
             WHERE f.subject <> 'client' OR f.subject_id <> c.id OR f.purpose <> 'picture'""",
    },
    trash=Trash(delete_client, restore_client),
    changes=Changes(_facts, _set_back),
    bulk=BULK,
    listing=Listing(ClientFilter, SORTS, list_clients, count_clients, suggest_clients),
    filtered=client_filter_fields,
    export=Export(Client, ClientFilter, SORTS, list_clients, count_clients, cards=True),
    show_by=point_at_picture,
    losers=list_losers,
    winner=winner_of,
    search=Search(rebuild_client, SEARCH, follows={"client": index_people_of}, texts=("notes",)),
    parts=frozenset({"notes", "tasks", "files", "tags", "messages"}),
    customized=Customized(parse_phone),
)

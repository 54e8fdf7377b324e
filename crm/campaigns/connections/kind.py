"""The kind `ad_connection`."""

from crm.activity.sight import MANAGED
from crm.campaigns.connections.connection import CONNECTION_RECORD, find_connection, get_connection
from crm.campaigns.connections.connections import delete_connection, restore_connection
from crm.campaigns.connections.fields import NewConnection
from crm.campaigns.connections.rows import ROWS
from crm.records.erasing import emptied
from crm.records.kind import Kind, Lookup, Pointer, Trash, not_undone

IN_THE_SETTINGS = "connections are changed in the settings"

AD_CONNECTION = Kind(
    name="ad_connection",
    table="ad_connections",
    known_by=CONNECTION_RECORD.known_by,
    area="ad_connections",
    modules=("campaigns",),
    permissions={"read": "admins", "manage": "admins"},
    rows=ROWS,
    examples="nobody has an account at a platform for made-up campaigns",
    erasing={
        "ad_connections": "it is an account of the workspace",
        # The id stays, so that a delivery that is repeated does not bring the person back.
        "lead_ad_arrivals": emptied(
            payload="'{}'",
            blank="problem",
            keeps="connection_id leadgen_id state attempts due_at submission_id received_at settled_at",
        ),
        # What was told is a lead's number and an id that means something at the platform alone.
        "ad_conversions": emptied(
            event_id="'erased-' || id",
            state="CASE WHEN state = 'waiting' THEN 'withheld' ELSE state END",
            blank="problem",
            keeps="connection_id lead_id attempts due_at first_told_at won_at settled_at",
        ),
    },
    actions=not_undone(
        IN_THE_SETTINGS,
        "ad_connection.created",
        "ad_connection.changed",
        "ad_connection.deleted",
        "ad_connection.restored",
    )
    | not_undone("the platform was asked", "ad_connection.replayed", "ad_connection.told_again")
    | not_undone("a person saw it at the platform", "ad_connection.counted"),
    fields=NewConnection,
    lookup=Lookup(CONNECTION_RECORD, get_connection, find_connection),
    links={"form_id": "web_form"},
    pointers=(
        Pointer("form_id", "web_forms"),
        Pointer("connection_id", "ad_connections", of="lead_ad_arrivals"),
        Pointer("submission_id", "web_form_submissions", of="lead_ad_arrivals", when_erased="erase"),
        Pointer("connection_id", "ad_connections", of="ad_conversions"),
        Pointer("lead_id", "leads", of="ad_conversions", when_erased="erase"),
    ),
    trash=Trash(delete_connection, restore_connection),
    sight=MANAGED,
)

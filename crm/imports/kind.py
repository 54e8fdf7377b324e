"""Imports as a kind of record: they appear in the activity, and are left out of exported workspaces."""

from crm.activity.sight import MANAGED
from crm.records.erasing import REMOVED
from crm.records.kind import Action, Kind, Pointer

IMPORT = Kind(
    name="import",
    table="imports",
    known_by="name",
    area="clients",
    permissions={"import": "allowed"},
    rows={},
    examples="people upload the file",
    erasing={"external_ids": REMOVED},
    actions={
        "import.confirmed": Action(why_not="an import is undone where it is shown"),
        "import.undone": Action(why_not="the file is imported again"),
    },
    pointers=tuple(
        Pointer(
            "subject_id",
            table,
            of="external_ids",
            in_schema=False,
            among=f"subject = '{subject}'",
            when_erased="erase",
        )
        for subject, table in (("client", "clients"), ("lead", "leads"), ("note", "notes"), ("task", "tasks"))
    ),
    sight=MANAGED,
)

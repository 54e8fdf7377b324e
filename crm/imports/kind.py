"""What imports are to all that works on any record: they are told of in the ledger, and do not travel."""

from crm.activity.sight import MANAGED
from crm.records.kind import Action, Kind

IMPORT = Kind(
    name="import",
    table="imports",
    known_by="name",
    area="clients",
    permissions={"import": "admins"},
    rows={},
    examples="a file is brought by people",
    actions={
        "import.confirmed": Action(why_not="an import is undone where it is shown"),
        "import.undone": Action(why_not="the file is imported again"),
    },
    pointers=(),
    sight=MANAGED,
)

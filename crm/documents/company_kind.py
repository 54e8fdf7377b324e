"""The kind of the company that issues documents."""

from crm.activity.sight import MANAGED
from crm.documents.company import COMPANY_RECORD
from crm.documents.company_fields import CompanyChanges
from crm.documents.rows import ROWS
from crm.records.kind import Kind, not_undone

COMPANY_PROFILE = Kind(
    name="company_profile",
    table="company_profiles",
    known_by=COMPANY_RECORD.known_by,
    area="company",
    permissions={"read": "admins", "manage": "admins"},
    rows={name: ROWS[name] for name in ("company_profiles", "company_logos")},
    examples="it is the company of whoever uses the server",
    erasing="it is the company of the workspace itself",
    actions=not_undone("a company is described in the settings", "company_profile.changed"),
    fields=CompanyChanges,
    sight=MANAGED,
)

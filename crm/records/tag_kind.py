"""What tags are to all that works on any record."""

from crm.activity.sight import MANAGED
from crm.records.kind import Kind, Search
from crm.records.rows import ROWS
from crm.records.tags import rebuild_tag

TAG = Kind(
    name="tag",
    table="tags",
    known_by="name",
    area="clients",
    permissions={"read": "everyone", "write": "workers", "delete": "workers"},
    rows={"tags": ROWS["tags"]},
    actions={},
    sight=MANAGED,
    search=Search(rebuild_tag),
)

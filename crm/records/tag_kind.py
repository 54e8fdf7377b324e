"""The kind `tag`."""

from crm.activity.sight import MANAGED
from crm.records.erasing import REMOVED
from crm.records.kind import Kind, Pointer, Search
from crm.records.rows import ROWS
from crm.records.tags import rebuild_tag

TAG = Kind(
    name="tag",
    table="tags",
    known_by="name",
    area="clients",
    permissions={"read": "everyone", "write": "workers", "delete": "workers"},
    rows=ROWS,
    examples="those of other kinds bring their tags",
    erasing={"tags": "other records have them, too", "record_tags": REMOVED},
    actions={},
    sight=MANAGED,
    pointers=(Pointer("tag_id", "tags", of="record_tags"),),
    hangs_on=("subject", "subject_id"),
    hangs_by="record_tags",
    search=Search(rebuild_tag),
)

"""What files are to all that works on any record."""

from crm.files.rows import ROWS
from crm.records.kind import Action, Kind, Pointer

FILE = Kind(
    name="file",
    table="files",
    known_by="name",
    area="files",
    permissions={"read": "everyone", "write": "workers", "delete": "workers"},
    rows={"files": ROWS["files"]},
    actions={
        "file.created": Action(why_not="a file is deleted where it is listed"),
        "file.deleted": Action(why_not="a file is restored from the trash of files"),
        "file.restored": Action(why_not="a file is deleted where it is listed"),
        "file.purged": Action(why_not="its content is gone from the disk"),
    },
    pointers=(Pointer("uploaded_by", "users"),),
    hangs_on=("subject", "subject_id"),
    erasure="delete",
)

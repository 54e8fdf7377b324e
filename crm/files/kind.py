"""The kind `file`."""

from crm.files.files import FILE_RECORD, PASSAGES, delete_file, get_file, reindex_file, restore_file
from crm.files.rows import ROWS
from crm.records.erasing import hidden
from crm.records.kind import Action, Kind, Lookup, Pointer, Search, Trash

FILE = Kind(
    name="file",
    table="files",
    known_by="name",
    area="files",
    permissions={"read": "everyone", "write": "workers", "delete": "workers"},
    rows={"files": ROWS["files"]},
    examples="the content of a file is nobody's to make up",
    erasing={
        "files": hidden(
            name="'erased'",
            sha256=f"'{'0' * 64}'",
            purged_at="coalesce(purged_at, :now)",
            keeps="subject subject_id purpose media_type size stored_name width height uploaded_by",
        )
    },
    actions={
        "file.created": Action(why_not="a file is deleted where it is listed"),
        "file.deleted": Action(why_not="a file is restored from the trash of files"),
        "file.restored": Action(why_not="a file is deleted where it is listed"),
        "file.purged": Action(why_not="its content is gone from the disk"),
    },
    lookup=Lookup(FILE_RECORD, get_file),
    trash=Trash(delete_file, restore_file),
    pointers=(Pointer("uploaded_by", "users"),),
    search=Search(reindex_file, "files_search", PASSAGES),
    hangs_on=("subject", "subject_id"),
)

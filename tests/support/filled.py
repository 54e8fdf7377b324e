"""An appliance with two workspaces, a ledger in each, and three uploaded files; and one who listens."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from crm.activity.activity import record
from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.config import Settings
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.files.files import attach_file
from crm.files.uploads import stored_upload
from tests.support.cast import Cast
from tests.support.documents import add_documents_table, store_document


@dataclass
class Heard:
    """A report that remembers its lines."""

    steps: list[str] = field(default_factory=list)
    seen: list[tuple[int, int]] = field(default_factory=list)

    def step(self, text: str) -> None:
        self.steps.append(text)

    def progress(self, done: int, total: int) -> None:
        self.seen.append((done, total))


@dataclass
class Filled:
    settings: Settings
    db: Database
    cast: Cast
    documents: list[Path]

    def note(self, action: str = "client.created", entity_id: int = 1) -> None:
        """One more entry in the owner's ledger."""
        self.db.write(record, self.cast.owner, action, "client", entity_id, after={"name": action})


def fill(settings: Settings, db: Database, cast: Cast) -> Filled:
    add_documents_table(settings.sqlite_path)
    documents = [
        store_document(db, settings.upload_folder, f"{number:02}document", bytes([number]) * 5_000)
        for number in range(3)
    ]
    filled = Filled(settings, db, cast, documents)
    for _ in range(5):
        filled.note()
    db.write(record, cast.outsider, "client.created", "client", 1, after={"name": "Theirs"})
    return filled


def made(db: Database, cast: Cast, **given: object) -> int:
    fields = NewClient.model_validate({"kind": "person", **given})
    return db.write(create_client, cast.owner, fields).id


def attached(db: Database, cast: Cast, settings: Settings, client: int, content: bytes) -> int:
    store, workspace = file_store(settings), cast.owner.workspace_id
    assert workspace is not None
    with stored_upload(store, workspace, "letter.txt", BytesIO(content), limit=100) as upload:
        return db.write(attach_file, cast.owner, "client", client, upload).id

"""Two imports and ten others who write at once: everybody gets through, and each row is in once."""

import pytest

from crm.appliance.imports import work_on
from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients
from crm.config import Settings
from crm.db.database import Database
from crm.fields import parse_fields
from crm.imports.import_row import get_import
from crm.imports.imports import confirm_import
from tests.support.cast import Cast
from tests.support.imports import upload
from tests.support.threads import run_in_threads

pytestmark = [pytest.mark.serial, pytest.mark.timeout(240)]
ROWS, WRITERS, EACH = 400, 10, 10


def test_two_imports_and_ten_writers(settings: Settings, db: Database, cast: Cast) -> None:
    files = [
        "Name,Email\n" + "".join(f"P{n},{name}{n}@example.com\n" for n in range(ROWS)) for name in ("a", "b")
    ]
    imports = [upload(settings, db, cast.owner, text) for text in files]
    for each in imports:
        db.write(confirm_import, cast.owner, each)

    def work(place: int) -> None:
        if place < len(imports):
            work_on(db, settings, cast.owner, imports[place])
            return
        for n in range(EACH):
            fields = parse_fields(ClientFields, {"kind": "person", "name": f"W{place}-{n}"})
            db.write(create_client, cast.colleague, fields, allow_duplicate=True)

    run_in_threads(work, len(imports) + WRITERS, seconds=200)
    done = [db.read(get_import, cast.owner, each) for each in imports]
    assert [(each.state, each.created) for each in done] == [("done", ROWS)] * 2
    total = db.read(count_clients, cast.owner, ClientFilter(), limit=None).total
    assert total == 2 * ROWS + WRITERS * EACH

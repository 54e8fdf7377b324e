"""A stored name that leads out of the uploads is refused wherever one is used, and cannot be stored."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import pytest

from crm.appliance.backups import back_up
from crm.appliance.doctor import examine
from crm.appliance.person_export import person_parts
from crm.appliance.person_rows import begin_person_export
from crm.appliance.records import accept_offer, offer_record
from crm.appliance.transfer import export_to
from crm.config import Settings
from crm.db.backup.report import Silence
from crm.db.backup.uploads import gather_uploads
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.sqlite.engine import open_writer
from crm.db.stored_files import LeadsOut, StoredFile, place_of
from crm.errors import CrmError
from crm.files.files import delete_file
from crm.files.tidying import collect_orphans, missing_files, purge_files
from crm.files.uploads import content_name, remove_content
from tests.support.api import client_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.filled import attached, made
from tests.support.frozen_clock import FrozenClock
from tests.support.stored_names import NAMES, SECRET


@pytest.fixture
def file_id(db: Database, cast: Cast, settings: Settings) -> int:
    return attached(db, cast, settings, made(db, cast, name="Ada"), b"letter")


def name_it(database: Path, file_id: int, name: str) -> None:
    """As nobody can by the schema, so that the second line of defence is seen."""
    with closing(open_writer(database)) as connection:
        connection.pragma("ignore_check_constraints", "ON")
        connection.execute("UPDATE files SET stored_name = ? WHERE id = ?", (name, file_id))


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_takes_no_name_that_could_lead_out(
    db: Database, cast: Cast, file_id: int, name: str
) -> None:
    sql = """
        UPDATE files
           SET stored_name = :name
         WHERE workspace_id = :workspace_id
           AND id = :id
    """
    with pytest.raises(CrmError, match=r"contradicts|NUL"):
        db.write(lambda tx: tx.run(sql, name=name, id=file_id), cast.owner)


@dataclass(frozen=True)
class Astray:
    """An appliance with a file, and the name that its row is given."""

    settings: Settings
    db: Database
    cast: Cast
    file_id: int
    name: str

    @property
    def uploads(self) -> Path:
        return self.settings.upload_folder

    @property
    def beside(self) -> Path:
        return self.settings.sqlite_path.parent


@pytest.fixture
def astray(settings: Settings, db: Database, cast: Cast, file_id: int) -> Astray:
    (settings.sqlite_path.parent / "secret.txt").write_bytes(SECRET)
    return Astray(settings, db, cast, file_id, "../data/secret.txt")


def _is_missing(one: Astray) -> None:
    assert [missing.file_id for missing in missing_files(one.db, one.settings)] == [one.file_id]


def _doctor(one: Astray) -> None:
    (finding,) = [finding for finding in examine(one.settings) if finding.check == "uploaded files"]
    assert not finding.good and "leads out" in finding.found


def _read(one: Astray) -> None:
    with running_app(one.settings) as app:
        client = client_of(app, one.db, one.cast.owner)
        for query in ("", "?download=true"):
            answer = client.get(f"/api/files/{one.file_id}/content{query}", buffered=True)
            problem_of(answer, 404)
            assert SECRET not in answer.data


def _export(one: Astray) -> None:
    export_to(one.settings, int(one.cast.owner.workspace_id or 0), one.beside / "one.zip")


def _gather(one: Astray) -> None:
    files = [StoredFile(one.name, len(SECRET), hashlib.sha256(SECRET).hexdigest())]
    gather_uploads(files, one.uploads, None, one.beside, Silence().progress)


def _person(one: Astray) -> None:
    """The rest of the archive comes, with the file among the missing ones."""
    person = one.db.write(begin_person_export, one.cast.owner, 1)
    whole = b"".join(person_parts(one.db, one.cast.owner, file_store(one.settings), person))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert not any(name.startswith("files/") for name in archive.namelist())
        assert len(orjson.loads(archive.read("missing_files.json"))) == 1


REFUSING: dict[str, Callable[[Astray], object]] = {
    "place": lambda one: place_of(one.uploads, one.name),
    "content": lambda one: file_store(one.settings).open(one.name),
    "thumbnail": lambda one: file_store(one.settings).open(content_name(one.name, 96)),
    "removal": lambda one: remove_content(file_store(one.settings), one.name),
    "backup": lambda one: back_up(one.settings, Silence()),
    "gathering": _gather,
    "export": _export,
}
PASSING_OVER: dict[str, Callable[[Astray], object]] = {
    "read by API": _read,
    "missing files": _is_missing,
    "doctor": _doctor,
    "everything about a person": _person,
    "orphans": lambda one: collect_orphans(one.db, one.settings),
}
OUT = ["../data/secret.txt", "/etc/passwd", "1/../../data/secret.txt"]


@pytest.mark.sqlite("its engine alone can be told to store what a CHECK forbids")
@pytest.mark.parametrize("name", OUT)
def test_every_use_of_a_stored_name_refuses_one_that_leads_out(astray: Astray, name: str) -> None:
    one = replace(astray, name=name)
    name_it(one.settings.sqlite_path, one.file_id, name)
    for use in REFUSING.values():
        with pytest.raises(LeadsOut, match="leads out"):
            use(one)
    for use in PASSING_OVER.values():
        use(one)
    assert (one.beside / "secret.txt").read_bytes() == SECRET
    assert not (one.beside / "one.zip").exists()


@pytest.mark.sqlite("its engine alone can be told to store what a CHECK forbids")
@pytest.mark.parametrize("name", OUT)
def test_the_worker_removes_nothing_outside_and_goes_on(
    astray: Astray, frozen_clock: FrozenClock, name: str
) -> None:
    db, cast, settings = astray.db, astray.cast, astray.settings
    good = attached(db, cast, settings, made(db, cast, name="Eva"), b"two")
    for file in (astray.file_id, good):
        db.write(delete_file, cast.owner, file)
    name_it(settings.sqlite_path, astray.file_id, name)
    frozen_clock.advance(days=31)
    assert purge_files(db, settings) == 2
    assert purge_files(db, settings) == 0
    assert (astray.beside / "secret.txt").read_bytes() == SECRET
    kept = [path for path in settings.upload_folder.rglob("*") if path.is_file() and path.name != ".holdfast"]
    assert [path.read_bytes() for path in kept] == [b"letter"]


def test_a_link_out_of_the_uploads_is_not_followed(astray: Astray) -> None:
    (stored,) = [path for path in astray.uploads.rglob("*") if len(path.name) == 32]
    stored.unlink()
    stored.symlink_to(astray.beside / "secret.txt")
    one = replace(astray, name=stored.relative_to(astray.uploads).as_posix())
    for what in ("place", "content", "backup", "export"):
        with pytest.raises(LeadsOut, match="by a link"):
            REFUSING[what](one)
    _read(one)


def test_a_folder_that_is_a_link_is_not_tidied_through(
    settings: Settings, db: Database, tmp_path: Path, frozen_clock: FrozenClock
) -> None:
    elsewhere = tmp_path / "elsewhere" / "ab"
    elsewhere.mkdir(parents=True)
    other = elsewhere / ("ab" + "0" * 30)
    other.write_bytes(SECRET)
    (settings.upload_folder / "7").symlink_to(elsewhere.parent)
    frozen_clock.advance(days=4_000)
    assert collect_orphans(db, settings) == 0
    assert other.read_bytes() == SECRET


def test_the_record_of_a_backup_with_such_a_name_is_refused(astray: Astray) -> None:
    folder = back_up(astray.settings, Silence())
    name_it(folder / "database.db", astray.file_id, astray.name)
    with pytest.raises(CrmError, match=r"leads out|was changed"):
        offer = offer_record(astray.settings, astray.db, str(folder), f"files/{astray.file_id}")
        accept_offer(astray.settings, astray.db, offer)
    assert (astray.beside / "secret.txt").read_bytes() == SECRET

"""A backup leaves the box whole, and encrypted when there is a passphrase; and it comes back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.appliance.backups import back_up
from crm.config import Settings
from crm.db.backup.report import Silence
from crm.db.backup.shelf import list_backups
from tests.support.appliance import free_port
from tests.support.crm_command import crm
from tests.support.filled import Filled
from tests.support.object_store import BUCKET, object_store
from tests.support.places import settings_below

SECRET = {"BACKUP_PASSPHRASE": "four words by chance"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


@pytest.mark.parametrize("variables", [{}, SECRET], ids=["clear", "encrypted"])
def test_what_is_packed_unpacks_to_the_same_backup(
    appliance: Filled, tmp_path: Path, variables: dict[str, str]
) -> None:
    settings = appliance.settings
    folder = back_up(settings, Silence())
    parcel = tmp_path / "parcel.tar.age" if variables else tmp_path / "parcel.tar"
    assert crm(settings, "backup", "pack", folder.name, str(parcel), **variables).returncode == 0
    assert (b"00document" in parcel.read_bytes()) == (not variables)
    shutil.rmtree(folder)
    done = crm(settings, "backup", "unpack", str(parcel), **variables)
    assert done.returncode == 0, done.stderr
    assert list_backups(settings.backup_dir)[0].good
    assert crm(settings, "backup", "unpack", str(parcel), **variables).returncode == 1
    assert names_in(settings.backup_dir) == {folder.name}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """An encrypted backup that left its box, with its key beside it."""
    box = tmp_path_factory.mktemp("box")
    shutil.copytree(template, box, dirs_exist_ok=True)
    settings = settings_below(box)
    parcel = tmp_path_factory.mktemp("packed") / "parcel.tar.age"
    done = crm(settings, "backup", "pack", back_up(settings, Silence()).name, str(parcel), **SECRET)
    assert done.returncode == 0, done.stderr
    return parcel


@pytest.mark.parametrize("harm", ["passphrase", "none", "key", "flip", "cut"])
def test_without_the_passphrase_or_damaged_it_does_not_open(
    prepared: Settings, packed: Path, tmp_path: Path, harm: str
) -> None:
    parcel = shutil.copytree(packed.parent, tmp_path / "carried") / packed.name
    variables = {"passphrase": {"BACKUP_PASSPHRASE": "another four words"}, "none": {}}.get(harm, SECRET)
    content = parcel.read_bytes()
    if harm == "key":
        parcel.with_name("parcel.tar.age.key").unlink()
    if harm == "flip":
        parcel.write_bytes(content[:5_000] + bytes([content[5_000] ^ 1]) + content[5_001:])
    if harm == "cut":
        parcel.write_bytes(content[:-100])
    done = crm(prepared, "backup", "unpack", str(parcel), **variables)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert list_backups(prepared.backup_dir) == []


def test_the_age_tool_opens_it(packed: Path) -> None:
    """The key's form is the format's own; with the tool at hand it would ask for the passphrase."""
    for path in (packed, packed.with_name("parcel.tar.age.key")):
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert b"-> scrypt " in packed.with_name("parcel.tar.age.key").read_bytes()


@pytest.fixture
def store() -> Iterator[dict[str, str]]:
    """A real S3 server, and the settings that lead to its bucket."""
    pytest.importorskip("moto.server", reason="the S3 server of moto is not installed")
    with object_store() as address:
        yield {
            "BACKUP_STORE_URL": f"s3://{BUCKET}/holdfast",
            "BACKUP_STORE_ENDPOINT": address,
            "BACKUP_STORE_ACCESS_KEY": "key",
            "BACKUP_STORE_SECRET_KEY": "secret",
        }


@pytest.mark.parametrize("variables", [{}, SECRET], ids=["clear", "encrypted"])
def test_each_backup_is_copied_to_the_store_and_fetched_from_it(
    appliance: Filled, store: dict[str, str], variables: dict[str, str]
) -> None:
    settings = appliance.settings
    place = store | variables
    made = crm(settings, "backup", **place)
    assert made.returncode == 0, made.stderr
    folder = Path(made.stdout.strip())
    listed = crm(settings, "backup", "offsite", **place).stdout.split()
    assert listed[0].endswith(folder.name + (".tar.age" if variables else ".tar"))
    shutil.rmtree(settings.backup_dir)
    fetched = crm(settings, "backup", "fetch", folder.name, **place)
    assert fetched.returncode == 0, fetched.stderr
    assert list_backups(settings.backup_dir)[0].good
    assert crm(settings, "backup", "fetch", "holdfast-20200101T000000000Z", **place).returncode == 1


def test_a_store_that_is_not_there_fails_loudly_and_the_backup_stays(appliance: Filled) -> None:
    nowhere = {
        "BACKUP_STORE_URL": "s3://safe",
        "BACKUP_STORE_ENDPOINT": f"http://127.0.0.1:{free_port()}",
        "BACKUP_STORE_ACCESS_KEY": "key",
        "BACKUP_STORE_SECRET_KEY": "secret",
    }
    done = crm(appliance.settings, "backup", **nowhere)
    assert done.returncode == 1 and "could not be copied to the store" in done.stderr
    assert list_backups(appliance.settings.backup_dir)[0].good

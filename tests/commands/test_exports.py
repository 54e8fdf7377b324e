"""`crm export`: a whole file or none, while the server runs or not."""

from pathlib import Path

from crm.config import Settings
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.crm_command import crm


def test_a_list_is_exported_under_its_filters_and_never_over_another_file(
    settings: Settings, db: Database, cast: Cast, tmp_path: Path
) -> None:
    add_client(db, cast.owner, name="Ada", status="prospect")
    add_client(db, cast.owner, name="Bo")
    add_client(db, cast.outsider, name="Elsewhere")
    file = tmp_path / "out.csv"
    given = ("export", "clients", str(file), "--workspace", "Acme")
    done = crm(settings, *given, "--filter", "status=prospect")
    assert (done.returncode, done.stdout) == (0, f"{file}: 1 clients\n"), done.stderr
    assert [line.split(",")[2] for line in file.read_text("utf-8").splitlines()] == ["name", "Ada"]
    refused = crm(settings, *given)
    assert (refused.returncode, "--force" in refused.stderr) == (1, True)
    assert crm(settings, *given, "--force", "--sort", "name", "--bom").returncode == 0
    assert [line.split(",")[2] for line in file.read_text("utf-8-sig").splitlines()] == ["name", "Ada", "Bo"]


def test_a_wrong_call_names_what_is_wrong_and_leaves_no_file(
    settings: Settings, db: Database, cast: Cast, tmp_path: Path
) -> None:
    add_client(db, cast.owner)
    file = tmp_path / "out.xlsx"
    given = ("export", "clients", str(file), "--workspace", "Acme")
    wrong = crm(settings, *given, "--filter", "status=shoe")
    assert (wrong.returncode, "status" in wrong.stderr) == (1, True)
    assert crm(settings, *given, "--filter", "status").returncode == 2
    assert crm(settings, *given, "--format", "pdf").returncode == 2
    assert crm(settings, *given, "--user", "nobody@example.org").returncode == 1
    assert list(tmp_path.glob("*")) == [] or not file.exists()

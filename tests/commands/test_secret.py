"""The key is replaced: all is sealed anew, everybody signed out, and a kill at any step loses nothing."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from crm.accounts.credentials import new_secret
from crm.accounts.fields import TokenFields
from crm.accounts.sessions import identify_session
from crm.accounts.tokens import create_token, identify_token
from crm.activity.chain import verify_chain
from crm.appliance import rotation
from crm.appliance.rotation import rotate_key
from crm.campaigns.sources.fields import NewSource
from crm.campaigns.sources.sources import create_source
from crm.config import Settings
from crm.conversations.channels.channels import open_line
from crm.conversations.inbound.deliveries import confirm_handshake
from crm.db.actor import SYSTEM
from crm.db.backup.places import Places
from crm.db.database import Database
from crm.db.instance_lock import hold_instance, hold_worker
from crm.db.sqlite.engine import open_reader
from crm.fields import parse_fields
from crm.secret_key import ensure_secret_key, open_vault
from crm.vault import SealBroken, Vault
from crm.webhooks.fields import NewWebhook
from crm.webhooks.signing import new_webhook_secret
from crm.webhooks.webhooks import create_webhook
from tests.support.crm_command import crm
from tests.support.people import Team, enter, gather_team
from tests.support.whatsapp import ACCESS_TOKEN, VERIFY_TOKEN, connect

OLD, NEW = "o" * 40, "n" * 40


@pytest.fixture
def team(db: Database) -> Team:
    return gather_team(db)


def connect_both(db: Database, team: Team, vault: Vault) -> dict[int, int]:
    """A number in each workspace: channel by workspace."""
    return {int(who.workspace_id or 0): connect(db, who, vault).id for who in (team.owner, team.outsider)}


def opened(db: Database, team: Team, channels: dict[int, int], vault: Vault) -> list[str]:
    return [
        db.read(open_line, who, vault, channels[int(who.workspace_id or 0)]).secrets["access_token"]
        for who in (team.owner, team.outsider)
    ]


def test_the_kept_key_is_replaced_by_the_command(prepared: Settings, db: Database, team: Team) -> None:
    old = ensure_secret_key(prepared)
    channels = connect_both(db, team, Vault(old))
    sessions = [enter(db, f"{name}.example").session for name in ("owner@acme", "owner@elsewhere")]
    token = db.write(create_token, team.owner, TokenFields(name="sync"), new_secret()).token
    done = crm(prepared, "secret", "rotate")
    assert done.returncode == 0 and "Sealed anew: 2 numbers. Sessions ended: 2." in done.stdout, done.stderr
    new = ensure_secret_key(prepared)
    assert new != old and new not in done.stdout + done.stderr
    assert not Places.of(prepared).coming_key.exists()
    assert opened(db, team, channels, Vault(new)) == [ACCESS_TOKEN] * 2
    with pytest.raises(SealBroken):
        opened(db, team, channels, Vault(old))
    assert confirm_handshake(db, Vault(new), VERIFY_TOKEN, "1158")
    assert [db.read(identify_session, SYSTEM, session) for session in sessions] == [None, None]
    assert db.read(identify_token, SYSTEM, token)
    for who in (team.owner, team.outsider):
        assert db.read(verify_chain, who).complete
    enter(db, "owner@acme.example")


@pytest.mark.parametrize("step", ["_rotate", "finish_rotation"])
def test_a_kill_before_the_end_leaves_all_readable_and_the_next_run_ends_it(
    prepared: Settings, db: Database, team: Team, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old = ensure_secret_key(prepared)
    channels = connect_both(db, team, Vault(old))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(rotation, step, die)
        rotate_key(prepared, db)
    assert opened(db, team, channels, open_vault(prepared)) == [ACCESS_TOKEN] * 2
    assert ensure_secret_key(prepared) == old
    coming = Places.of(prepared).coming_key.read_text(encoding="ascii").strip()
    rotate_key(prepared, db)
    assert ensure_secret_key(prepared) == coming
    assert opened(db, team, channels, Vault(coming)) == [ACCESS_TOKEN] * 2


def test_what_a_backup_takes_of_a_rotation_midway_opens_where_it_is_restored(prepared: Settings) -> None:
    places = Places.of(prepared)
    assert places.coming_key in [place for _, place in places.companions]


def test_a_key_that_is_a_setting_is_replaced_there(prepared: Settings, db: Database, team: Team) -> None:
    channels = connect_both(db, team, Vault(OLD))
    refused = crm(prepared, "secret", "rotate", SECRET_KEY=OLD)
    assert refused.returncode == 1 and "SECRET_KEY_PREVIOUS" in refused.stderr
    assert opened(db, team, channels, Vault(OLD)) == [ACCESS_TOKEN] * 2
    both = prepared.model_copy(update={"secret_key": SecretStr(NEW), "secret_key_previous": SecretStr(OLD)})
    assert opened(db, team, channels, open_vault(both)) == [ACCESS_TOKEN] * 2
    done = crm(prepared, "secret", "rotate", SECRET_KEY=NEW, SECRET_KEY_PREVIOUS=OLD)
    assert done.returncode == 0 and "Take SECRET_KEY_PREVIOUS out" in done.stdout, done.stderr
    assert opened(db, team, channels, Vault(NEW)) == [ACCESS_TOKEN] * 2
    assert not Places.of(prepared).coming_key.exists()


def test_what_no_key_opens_is_named_and_left(prepared: Settings, db: Database, team: Team) -> None:
    connect_both(db, team, Vault("another" * 8))
    webhook = NewWebhook(name="Program", url="https://example.org/hook")
    db.write(create_webhook, team.owner, Vault("another" * 8), (), webhook, new_webhook_secret())
    given = {"platform": "meta_ads", "name": "Meta", "account": "1", "credentials": {"access_token": "s"}}
    db.write(create_source, team.owner, Vault("another" * 8), (), parse_fields(NewSource, given))
    done = crm(prepared, "secret", "rotate")
    assert done.returncode == 0 and "2 numbers were sealed by another key" in done.stderr
    assert "The secrets of 1 webhooks were sealed by another key" in done.stderr
    assert "The credentials of 1 sources of figures were sealed by another key" in done.stderr


@pytest.mark.parametrize("hold", [hold_instance, hold_worker])
def test_it_refuses_while_the_appliance_runs(
    prepared: Settings, team: Team, hold: Callable[..., int]
) -> None:
    old = ensure_secret_key(prepared)
    hold(prepared.sqlite_path)
    done = crm(prepared, "secret", "rotate")
    assert done.returncode == 1 and "is running on" in done.stderr
    assert ensure_secret_key(prepared) == old and not Places.of(prepared).coming_key.exists()


def test_every_sealed_column_is_sealed_anew(prepared: Settings) -> None:
    """A new one must be added to the rotation, and then here."""
    connection = open_reader(prepared.sqlite_path)
    sql = """
        SELECT t.name, c.name
          FROM pragma_table_list t, pragma_table_info(t.name) c
         WHERE t.schema = 'main' AND (c.name LIKE '%sealed%' OR c.name LIKE '%\\_mark' ESCAPE '\\')
    """
    assert set(connection.execute(sql)) == {
        ("channels", "sealed_secrets"), ("channels", "verify_mark"),
        ("webhooks", "sealed_secret"), ("webhooks", "sealed_former"),
        ("campaign_sources", "sealed_credentials"), ("ad_connections", "sealed_credentials"),
    }  # fmt: skip
    connection.close()

"""Settings → Backups tells how fresh the backups are, and offers what the reader may do."""

import re
import shutil

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.appliance.backups import back_up
from crm.config import Settings
from crm.db.backup.report import Silence
from crm.db.backup.shelf import note_run
from crm.db.database import Database
from crm.db.restored import Restored, load_restored, mark_restored
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock

PAGE = "/settings/backups"
UNUSABLE = "The backup folder cannot be used: "
STALE = "no verified backup from the last 26 hours"


def test_a_fresh_verified_backup_is_listed_and_needs_no_banner(
    owner: FlaskClient, settings: Settings
) -> None:
    assert STALE in owner.get(PAGE).text and "No backup yet" in owner.get(PAGE).text
    folder = back_up(settings, Silence())
    page = owner.get(PAGE).text
    assert folder.name in page and STALE not in page
    assert f"{PAGE}/{folder.name}/archive" in page


@pytest.mark.parametrize("hours", [26, 27])
def test_after_26_hours_a_banner_warns(
    owner: FlaskClient, settings: Settings, frozen_clock: FrozenClock, hours: int
) -> None:
    back_up(settings, Silence())
    frozen_clock.advance(hours=hours)
    assert (STALE in owner.get(PAGE).text) == (hours > 26)


def test_the_page_follows_what_was_begun_until_it_has_ended(
    owner: FlaskClient, settings: Settings, frozen_clock: FrozenClock
) -> None:
    address = f"{PAGE}/list?since={clock.timestamp()}"
    assert "hx-get" in owner.get(address).text and "hx-get" not in owner.get(f"{PAGE}/list").text
    frozen_clock.advance(seconds=5)
    back_up(settings, Silence())
    assert "hx-get" not in owner.get(address).text
    frozen_clock.advance(seconds=5)
    address = f"{PAGE}/list?since={clock.timestamp()}"
    frozen_clock.advance(seconds=5)
    assert "hx-get" in owner.get(address).text
    note_run(settings.backup_dir, "", problem="The disk is full")
    assert "hx-get" not in owner.get(address).text
    frozen_clock.advance(seconds=5)
    address = f"{PAGE}/list?since={clock.timestamp()}"
    frozen_clock.advance(minutes=11)
    assert "hx-get" not in owner.get(address).text
    assert owner.get(f"{PAGE}?since=yesterday").status_code == 422


def test_a_failed_attempt_is_shown_with_its_reason(owner: FlaskClient, settings: Settings) -> None:
    back_up(settings, Silence())
    note_run(settings.backup_dir, "", problem="The disk <is> full")
    assert "The disk &lt;is&gt; full" in owner.get(PAGE).text


def test_a_folder_that_cannot_be_used_is_shown_with_its_reason_and_nothing_is_begun(
    owner: FlaskClient, settings: Settings
) -> None:
    assert UNUSABLE not in owner.get(PAGE).text
    shutil.rmtree(settings.backup_dir, ignore_errors=True)
    settings.backup_dir.write_text("in its place")
    for address in (PAGE, f"{PAGE}/list"):
        page = owner.get(address)
        assert page.status_code == 200
        [banner] = re.findall(rf"{UNUSABLE}([^<]*)<", page.text)
        assert str(settings.backup_dir) in banner
    begun = owner.post(PAGE, follow_redirects=True)
    assert begun.status_code == 200 and UNUSABLE in begun.text and "has begun" not in begun.text
    settings.backup_dir.unlink()
    assert UNUSABLE not in owner.get(PAGE).text


def test_a_restore_is_shown_and_what_holds_others_back_is_not_released_from_here(
    owner: FlaskClient, settings: Settings
) -> None:
    mark_restored(settings.sqlite_path, Restored("holdfast-x", "then", "now"))
    assert "restored from holdfast-x" in owner.get(PAGE).text
    assert owner.post(f"{PAGE}/release").status_code == 403
    assert load_restored(settings.sqlite_path) is not None


def test_members_do_not_see_it(app: Flask, db: Database, cast: Cast) -> None:
    assert client_of(app, db, cast.colleague).get(PAGE).status_code == 403

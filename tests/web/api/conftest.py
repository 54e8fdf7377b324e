"""Workspaces as set-up leaves them, stages of their first pipeline, and an application that sends mail."""

from collections.abc import Iterator

import pytest
from flask import Flask

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import running_app
from tests.support.cast import Cast
from tests.support.leads import furnish, stages_of
from tests.support.mailbox import Mailbox, serving


@pytest.fixture
def furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    furnish(db, cast.outsider)


@pytest.fixture
def stage_ids(db: Database, cast: Cast) -> dict[str, int]:
    return {name: stage.id for name, stage in stages_of(db, cast.owner).items()}


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def with_mail(prepared: Settings, mailbox: Mailbox) -> Iterator[Settings]:
    with serving(mailbox, prepared) as settings:
        yield settings


@pytest.fixture
def mailing_app(with_mail: Settings) -> Iterator[Flask]:
    with running_app(with_mail) as app:
        yield app

"""An application of a team."""

from collections.abc import Iterator

import pytest
from flask import Flask

from crm.config import Settings
from tests.support.api import running_app
from tests.support.people import Team

ADMINS: set[str] = {"owner", "admin"}


@pytest.fixture
def app(settings: Settings, team: Team) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app

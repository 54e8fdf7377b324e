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
    """Walks over all kinds and roles ask more often than one person may."""
    with running_app(settings.model_copy(update={"rate_limit": "100000 per minute"})) as app:
        yield app

from collections.abc import Iterator

import pytest
from flask import Flask

from crm.config import Settings
from tests.support.api import running_app
from tests.support.cast import Cast


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app

"""Workspaces that have what set-up gives them, and a lead."""

import pytest

from crm.db.database import Database
from crm.leads.lead import Lead
from tests.support.cast import Cast
from tests.support.leads import add_lead, furnish


@pytest.fixture
def furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.outsider)
    furnish(db, cast.owner)


@pytest.fixture
def lead(furnished: None, db: Database, cast: Cast) -> Lead:
    return add_lead(db, cast.owner, title="ремонт офиса", value=150000)

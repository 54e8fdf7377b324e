"""Workspaces that have what set-up gives them, with the stages of the first pipeline."""

import pytest

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.leads import furnish, stages_of


@pytest.fixture
def furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    furnish(db, cast.outsider)


@pytest.fixture
def stage_ids(db: Database, cast: Cast) -> dict[str, int]:
    return {name: stage.id for name, stage in stages_of(db, cast.owner).items()}

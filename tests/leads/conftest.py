import pytest

from crm.db.database import Database
from crm.leads.pipeline import Stage
from tests.support.cast import Cast
from tests.support.leads import furnish, stages_of

Stages = dict[str, Stage]


@pytest.fixture
def stages(db: Database, cast: Cast) -> Stages:
    """The stages of the owner's default pipeline by name; the outsider's workspace has the like."""
    furnish(db, cast.outsider)
    furnish(db, cast.owner)
    return stages_of(db, cast.owner)

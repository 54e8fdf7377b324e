import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.support.torture.kill_rounds import Arena, build_arena


@pytest.fixture
def arena(tmp_path_factory: pytest.TempPathFactory) -> Arena:
    """An appliance to be tortured."""
    return build_arena(tmp_path_factory.mktemp("arena"))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.configure(wrapper_class=before)

"""A real browser on a real appliance that all these tests share; each test has a workspace of its own."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from crm.accounts.workspaces import create_workspace
from crm.appliance.furnishing import furnish_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from crm.leads.lead import Lead
from crm.leads.pipeline import Stage
from tests.support.appliance import Appliance
from tests.support.browsers import close_context, close_page
from tests.support.leads import add_lead, stages_of
from tests.support.people import PASSWORD_HASH, enter, setup_fields

CHROMIUM = shutil.which("chromium")
NUMBERS = count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: scripts/test says how to get it")
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session", autouse=True)
def pages_that_close() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BrowserContext, "close", close_context)
        patched.setattr(Page, "close", close_page)
        yield


@pytest.fixture(scope="session")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    folder = tmp_path_factory.mktemp("appliance")
    served = Appliance(folder, RATE_LIMIT="100000 per minute", WEB_WORKERS="1")
    prepare(settings_of(served))
    with served:
        yield served


def settings_of(appliance: Appliance) -> Settings:
    folder = appliance.folder
    return Settings(
        sqlite_path=folder / "data" / "crm.db",
        upload_folder=folder / "uploads",
        backup_dir=folder / "backups",
    )


@pytest.fixture
def live_db(appliance: Appliance) -> Iterator[Database]:
    """The database that the running appliance has open too."""
    database = open_database(settings_of(appliance))
    yield database
    database.close()


@pytest.fixture
def number() -> int:
    return next(NUMBERS)


@pytest.fixture
def email(number: int) -> str:
    return f"owner{number}@acme.example"


@pytest.fixture
def founder(live_db: Database, number: int, email: str) -> Actor:
    """The owner of a new workspace."""
    made = live_db.write(
        create_workspace, SYSTEM, setup_fields(f"Acme {number}", email), PASSWORD_HASH, furnish_workspace
    )
    return Actor(made.workspace_id, made.owner_id)


@pytest.fixture
def stages(live_db: Database, founder: Actor) -> dict[str, Stage]:
    return stages_of(live_db, founder)


@pytest.fixture
def cards(live_db: Database, founder: Actor) -> dict[str, Lead]:
    """Three cards in the first stage: c, b and a from the top."""
    return {title: add_lead(live_db, founder, title=title, value=100) for title in "abc"}


@pytest.fixture
def context(
    browser: Browser, appliance: Appliance, live_db: Database, founder: Actor, email: str
) -> Iterator[BrowserContext]:
    """A browser in which the founder is logged in."""
    context = browser.new_context(
        base_url=appliance.url, viewport={"width": 1440, "height": 900}, locale="en"
    )
    context.set_default_timeout(10_000)
    session = enter(live_db, email).session
    context.add_cookies([{"name": "holdfast_session", "value": session, "url": appliance.url}])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that may not complain: an error in its console or its scripts fails the test."""
    page = context.new_page()
    complaints = listen_to(page)
    yield page
    assert complaints == []


def listen_to(page: Page) -> list[str]:
    """What the page complains of, as it goes on. Answers of 400 and above are for the tests to look at."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        answered = any(
            words in message.text for words in ("Failed to load resource", "Response Status Error")
        )
        if message.type in {"error", "warning"} and not answered:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def soon(found: Callable[[], Any], wanted: Any, page: Page) -> None:
    for _ in range(100):
        if found() == wanted:
            return
        page.wait_for_timeout(50)
    assert found() == wanted


@pytest.fixture
def bare(context: BrowserContext, appliance: Appliance) -> Iterator[Page]:
    """A page of the founder's, in a browser that runs no scripts."""
    assert context.browser is not None
    plain = context.browser.new_context(
        java_script_enabled=False,
        base_url=appliance.url,
        storage_state=context.storage_state(),
        viewport={"width": 1440, "height": 900},
    )
    plain.set_default_timeout(10_000)
    yield plain.new_page()
    plain.close()

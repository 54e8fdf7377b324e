"""The order of pictures in a real browser: by dragging, and by keys."""

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect

from crm.catalogue.galleries import add_picture
from crm.catalogue.product_fields import ProductFields
from crm.catalogue.products import create_product
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.files.uploads import stored_upload
from tests.browser.conftest import settings_of
from tests.support.appliance import Appliance
from tests.support.browsers import drag
from tests.support.samples import picture


@pytest.fixture
def pictured(appliance: Appliance, live_db: Database, founder: Actor) -> tuple[int, list[int]]:
    """A product with three pictures, and their ids."""
    product = live_db.write(create_product, founder, ProductFields(name="Tyre"))
    store = file_store(settings_of(appliance))
    for name in "abc":
        content = BytesIO(picture())
        with stored_upload(store, int(founder.workspace_id or 0), f"{name}.png", content, limit=10**6) as up:
            shown = live_db.write(add_picture, founder, "product", product.id, up).picture_ids
    return product.id, shown


def test_pictures_are_put_in_order_by_keys_and_by_dragging(
    page: Page, pictured: tuple[int, list[int]]
) -> None:
    product_id, (first, second, third) = pictured
    page.goto(f"/products/{product_id}")
    page.locator(f"#picture-{first}").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect_order(page, [second, first, third])
    expect(page.locator(f"#picture-{first}")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    expect_order(page, [second, third, first])
    drag(page, page.locator(f"#picture-{first}"), page.locator(f"#picture-{second}"), 0.2)
    expect_order(page, [first, second, third])
    page.get_by_role("button", name="Take picture 1 off").click()
    expect_order(page, [second, third])


def expect_order(page: Page, ids: list[int]) -> None:
    shown = page.locator("[data-picture-place] > a")
    expect(shown).to_have_count(len(ids))
    for place, file_id in enumerate(ids):
        expect(shown.nth(place)).to_have_id(f"picture-{file_id}")

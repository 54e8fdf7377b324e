"""When the largest part of a page is painted, and how much of it moves afterwards."""

import sys

import pytest
from playwright.sync_api import Page

from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client
from tests.support.leads import add_lead

MOST_SHIFT = 0.02
"""As browsers sum it up: the share of the window that moved, times how far."""
PAGES = (
    "/",
    "/clients",
    "/leads",
    "/board",
    "/my-day",
    "/reports",
    "/inbox",
    "/tasks",
    "/activity",
    "/clients/{id}",
    "/settings/system",
)
WATCH = """
  window.seen = { shift: 0, paint: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.paint = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
"""
SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  return { ...window.seen, top: window.scrollY };
}"""


@pytest.mark.parametrize("width", [1440, 375])
def test_nothing_moves_once_it_is_shown(
    page: Page, live_db: Database, founder: Actor, width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    client = add_client(live_db, founder, name="Anna Berg", email="anna@example.org", tags=["VIP"])
    for number in range(12):
        add_client(live_db, founder, name=f"Client {number}", owner_id=founder.user_id)
        add_lead(live_db, founder, title=f"Roof {number}", client_id=client.id, value=number)
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(WATCH)
    seen = {}
    for address in PAGES:
        page.goto(address.format(id=client.id))
        seen[address] = page.evaluate(SETTLED)
    with capsys.disabled():
        sys.stdout.writelines(
            f"\n{width} px {address}: painted after {of['paint']:.0f} ms, moved {of['shift']:.4f}"
            for address, of in seen.items()
        )
    assert {address: of["shift"] for address, of in seen.items() if of["shift"] > MOST_SHIFT} == {}
    assert {address: of["top"] for address, of in seen.items() if of["top"]} == {}

"""Lists whose cost may not grow with the data: clients and leads by every filter and order, and others."""

import itertools
from collections.abc import Iterable

from crm.clients.filters import SORTS as CLIENT_SORTS
from crm.leads.filters import SORTS as LEAD_SORTS

CLIENT_FILTERS = (
    "country=PL",
    "country=CN",
    "city=Riga",
    "status=active",
    "status=prospect",
    "kind=company",
    "owner_id=1",
    "tag=VIP",
    "q=anna",
    "status=active&country=DE",
)
LEAD_FILTERS = (
    "status=open",
    "status=won",
    "type=order",
    "type=support",
    "owner_id=1",
    "stage_id=2",
    "pipeline_id=1",
    "q=spring",
    "status=open&owner_id=1",
)
TASK_FILTERS = ("", "done=false", "done=true", "assignee_id=1", "assignee_id=0", "undated=true")
LEDGER_FILTERS = ("", "entity=client", "entity=lead", "actor_id=1", "action=client.created")
CLIENTS = "client list, every filter in every order, 1,000,000 of 10,000 clients (at most)"
LEADS = "lead list, every filter in every order, 1,000,000 of 10,000 leads (at most)"
TASKS = "task list, 1,000,000 of 10,000 tasks (at most)"
LEDGER = "ledger, 1,000,000 of 10,000 clients (at most)"


def list_paths() -> dict[str, list[str]]:
    """The addresses of each row, by its name."""
    return {
        CLIENTS: _in_every_order("/api/clients", CLIENT_FILTERS, CLIENT_SORTS),
        LEADS: _in_every_order("/api/leads", LEAD_FILTERS, LEAD_SORTS),
        TASKS: [f"/api/tasks?{each}" for each in TASK_FILTERS],
        LEDGER: [f"/api/activities?{each}" for each in LEDGER_FILTERS],
    }


def _in_every_order(path: str, filters: Iterable[str], sorts: Iterable[str]) -> list[str]:
    """Both ways; the order of what was deleted is the trash's."""
    orders = [sort for sort in sorts if sort != "deleted_at"]
    return [
        f"{path}?{chosen}&sort={way}{order}"
        for chosen, order, way in itertools.product(filters, orders, ("", "-"))
    ]

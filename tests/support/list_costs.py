"""What each list of clients and of leads costs under every filter, in every order and both ways."""

from collections.abc import Callable
from typing import Any

from crm.clients.filters import SORTS as CLIENT_SORTS
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients, list_clients
from crm.db.database import Database
from crm.leads.filters import SORTS as LEAD_SORTS
from crm.leads.filters import LeadFilter
from crm.leads.listing import count_leads, list_leads
from tests.support.combinations import client_filters, lead_filters
from tests.support.leads import Stages
from tests.support.skewed import Skewed
from tests.support.visits import steps_of

STEPS = 400_000
"""Of SQLite's machine: up to twenty for each of 20,000 rows."""
STEPS_OF_SEARCH = 600_000
"""A hit is looked for in the texts of its row, and in those of the client it belongs to."""

Lists = list[tuple[Callable[..., Any], Callable[..., Any], dict[str, Any], list[str]]]


def lists_of(skewed: Skewed, stages: Stages) -> Lists:
    """Each list with its count, its filters by name, and its orders in both directions."""
    ids: dict[str, int] = {name: stages[name].id for name in ("Contacted", "Won", "Lost")}
    leads = lead_filters(skewed, ids, stages["Won"].pipeline_id)
    return [
        (
            list_clients,
            count_clients,
            {name: ClientFilter(**given) for name, given in client_filters(skewed).items()},
            both_ways(CLIENT_SORTS),
        ),
        (
            list_leads,
            count_leads,
            {name: LeadFilter(**given) for name, given in leads.items()},
            both_ways(LEAD_SORTS),
        ),
    ]


def both_ways(sorts: Any) -> list[str]:
    return [f"{way}{name}" for name, sort in sorts.items() if not sort.of_trash for way in ("", "-")]


def dear_lists(db: Database, skewed: Skewed, stages: Stages) -> list[str]:
    """Those that look at more rows than any may, the dearest first."""
    dear = []
    for read, count, filters, sorts in lists_of(skewed, stages):
        for name, wanted in filters.items():
            most = STEPS_OF_SEARCH if wanted.q else STEPS
            runs = [(sort, read, {"sort": sort, "limit": 25}) for sort in sorts]
            for sort, run, options in (*runs, ("count", count, {})):
                steps, _ = steps_of(db, skewed.who, run, wanted, **options)
                if steps > most:
                    dear.append((steps, f"{read.__name__}, {name}, {sort}: {steps} steps"))
    return [text for _, text in sorted(dear, reverse=True)]

"""What each list costs under every filter and under each two of them, in every order and both ways."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from crm.activity.lines import list_lines
from crm.activity.timeline import ActivityFilter, list_activities
from crm.clients.filters import SORTS as CLIENT_SORTS
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients, list_clients
from crm.conversations.thread.inbox import InboxFilter, list_conversations
from crm.db.actor import Actor
from crm.db.database import Database
from crm.files.files import list_files
from crm.leads.filters import SORTS as LEAD_SORTS
from crm.leads.filters import LeadFilter
from crm.leads.listing import count_leads, list_leads
from crm.work.task_lists import TaskFilter, list_tasks
from tests.support.combinations import client_filters, lead_filters
from tests.support.leads import Stages
from tests.support.skewed import Skewed
from tests.support.skewed_work import Work
from tests.support.visits import steps_of
from tests.support.work_filters import activity_filters, conversation_filters, file_filters, task_filters

STEPS = 400_000
"""Of SQLite's machine: up to twenty for each of 20,000 rows."""
STEPS_OF_SEARCH = 600_000
"""A hit is looked for in the texts of its row, and in those of the client it belongs to."""
AS_IT_COMES = ""
Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListOf:
    """`filters` by name; `sorts` in both directions, of which `usual` are tried under each two filters."""

    read: Callable[..., Any]
    made: Callable[..., Any]
    filters: dict[str, Given]
    sorts: tuple[str, ...] = (AS_IT_COMES,)
    usual: tuple[str, ...] = (AS_IT_COMES,)
    count: Callable[..., Any] | None = None

    def page(self, given: Given, sort: str, limit: int = 25, cursor: str | None = None) -> "Asked":
        options: Given = {"limit": limit, "cursor": cursor, **({"sort": sort} if sort else {})}
        if self.read is list_files:
            return Asked(self.read, (), {**given, **options})
        return Asked(self.read, (self.made(**given),), options)

    def tried(self, step: int = 1) -> Iterator[tuple[str, Given, str]]:
        """Of the pairs only each so-manieth."""
        for name, given in self.filters.items():
            yield from ((name, given, sort) for sort in self.sorts)
        for name, given in islice(self.pairs(), 0, None, step):
            yield from ((name, given, sort) for sort in self.usual)

    def pairs(self) -> Iterator[tuple[str, Given]]:
        for (name, given), (other, more) in combinations(self.filters.items(), 2):
            if given and more and not given.keys() & more.keys():
                yield f"{name} and {other}", {**given, **more}


@dataclass(frozen=True, slots=True)
class Asked:
    run: Callable[..., Any]
    given: tuple[Any, ...]
    options: Given

    def steps(self, db: Database, who: Actor) -> int:
        return steps_of(db, who, self.run, *self.given, **self.options)[0]

    def answer(self, db: Database, who: Actor) -> Any:
        return db.read(self.run, who, *self.given, **self.options)


def lists_of(skewed: Skewed, stages: Stages) -> list[ListOf]:
    """Of clients and of leads."""
    ids: dict[str, int] = {name: stages[name].id for name in ("Contacted", "Won", "Lost")}
    leads = lead_filters(skewed, ids, stages["Won"].pipeline_id)
    return [
        ListOf(
            list_clients,
            ClientFilter,
            client_filters(skewed),
            both_ways(CLIENT_SORTS),
            ("-created_at", "name"),
            count_clients,
        ),
        ListOf(list_leads, LeadFilter, leads, both_ways(LEAD_SORTS), ("-created_at", "value"), count_leads),
    ]


def lists_of_work(skewed: Skewed, work: Work) -> list[ListOf]:
    """Of what hangs on them."""
    entries = activity_filters(skewed, work)
    return [
        ListOf(list_tasks, TaskFilter, task_filters(skewed)),
        ListOf(list_files, dict, file_filters()),
        ListOf(list_activities, ActivityFilter, entries),
        ListOf(list_lines, ActivityFilter, entries),
        ListOf(list_conversations, InboxFilter, conversation_filters()),
    ]


def both_ways(sorts: Any) -> tuple[str, ...]:
    return tuple(f"{way}{name}" for name, sort in sorts.items() if not sort.of_trash for way in ("", "-"))


def dear_lists(db: Database, who: Actor, lists: list[ListOf]) -> list[str]:
    """Those that look at more rows than any may, the dearest first."""
    dear = []
    for each in lists:
        for name, given, sort in each.tried():
            most = STEPS_OF_SEARCH if "q" in given else STEPS
            steps = each.page(given, sort).steps(db, who)
            if steps > most:
                dear.append((steps, f"{each.read.__name__}, {name}, {sort}: {steps} steps"))
        for name, given in (*each.filters.items(), *each.pairs()):
            steps = 0 if each.count is None else Asked(each.count, (each.made(**given),), {}).steps(db, who)
            if steps > (STEPS_OF_SEARCH if "q" in given else STEPS):
                dear.append((steps, f"count for {each.read.__name__}, {name}: {steps} steps"))
    return [text for _, text in sorted(dear, reverse=True)]

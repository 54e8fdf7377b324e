"""Every filter of tasks, files, the ledger and conversations: for each share of skewed rows, and for none."""

from typing import Any

from tests.support.combinations import NOTHING
from tests.support.skewed import SHARES, Skewed
from tests.support.skewed_work import ENTITIES, Work

Filters = dict[str, dict[str, Any]]
SPRING, LONG_AGO = "2026-01-01T00:00:00.000Z", "2019-06-01T00:00:00.000Z"


def task_filters(skewed: Skewed) -> Filters:
    return {f"of {share}": {"assignee_id": skewed.owners[share]} for share in SHARES} | {
        "all": {},
        "of nobody": {"assignee_id": 0},
        "done": {"done": True},
        "to do": {"done": False},
        "on one": {"subject": "client", "subject_id": 1},
        "on few": {"subject": "lead", "subject_id": 5},
        "on clients": {"subject": "client"},
        "on leads": {"subject": "lead"},
        "of an id": {"subject_id": 1},
        "late": {"due_from": SPRING},
        "early": {"due_until": LONG_AGO},
        "between": {"due_from": "2025-01-01T00:00:00.000Z", "due_until": SPRING},
        "undated": {"undated": True},
        "dated": {"undated": False},
    }


def file_filters() -> Filters:
    return {
        "all": {},
        "of one": {"of": ("client", 1)},
        "of another": {"of": ("client", 9)},
        "trash": {"deleted": True},
        "trash of one": {"of": ("client", 1), "deleted": True},
        "trash of another": {"of": ("client", 9), "deleted": True},
    }


def activity_filters(skewed: Skewed, work: Work) -> Filters:
    found: Filters = {"all": {}}
    for share in SHARES:
        found |= {
            f"entity {share}": {"entity": ENTITIES[share]},
            f"action {share}": {"action": f"{ENTITIES[share]}.created"},
            f"by {share}": {"actor_id": skewed.owners[share]},
        }
    return found | {
        "action before": {"action": "file.added"},
        "nothing": {"entity": NOTHING},
        "one thing": {"entity": "client", "entity_id": 10},
        "an id": {"entity_id": 10},
        "on one": {"subject": "client", "subject_id": 1},
        "on another": {"subject": "client", "subject_id": 10},
        "on users": {"subject": "user"},
        "on clients": {"subject": "client"},
        "on two kinds": {"subjects": ("user", "lead")},
        "tail": {"operation_id": work.tail},
        "old": {"operation_id": work.old},
        "since": {"since": "2020-01-20T00:00:00.000Z"},
        "until": {"until": "2020-01-04T00:00:00.000Z"},
        "never": {"since": "2090-01-01T00:00:00.000Z"},
    }  # fmt: skip


def conversation_filters() -> Filters:
    boxes = ("open", "mine", "unassigned", "snoozed", "closed", "all")
    return {box: {"box": box} for box in boxes} | {
        "of one": {"client_id": 1},
        "of another": {"client_id": 10},
        "of a lead": {"lead_id": 1},
        "of few": {"lead_id": 2},
        "q tail": {"q": "tail"},
        "q rare": {"q": "rare"},
        "q most": {"q": "most"},
        "q nothing": {"q": NOTHING},
    }

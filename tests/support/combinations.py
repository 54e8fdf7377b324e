"""Every filter of clients and of leads: for each share of skewed rows, and one that fits nothing."""

from datetime import date
from typing import Any

from tests.support.skewed import COUNTRIES, LEAD_STATUSES, SHARES, STATUSES, Skewed

NOTHING = "nothing"
EARLY, LATE = date(2020, 1, 2), date(2035, 1, 1)


def client_filters(skewed: Skewed) -> dict[str, dict[str, Any]]:
    """By the name of the filter and of the share that it finds."""
    found: dict[str, dict[str, Any]] = {"all": {}}
    for share in SHARES:
        found |= {
            f"status {share}": {"status": STATUSES[share]},
            f"country {share}": {"country": COUNTRIES[share]},
            f"city {share}": {"city": share},
            f"source {share}": {"source": share},
            f"tag {share}": {"tag": share},
            f"q {share}": {"q": share},
            f"owner {share}": {"owner_id": skewed.owners[share]},
        }
    return found | _of_days() | {
        "kind tail": {"kind": "company"},
        "kind most": {"kind": "person"},
        "owner none": {"owner_id": 0},
        "company tail": {"company_id": 1},
        "company rare": {"company_id": 2},
        "company nothing": {"company_id": 3},
        "city nothing": {"city": NOTHING},
        "country nothing": {"country": "AQ"},
        "source nothing": {"source": NOTHING},
        "tag nothing": {"tag": NOTHING},
        "q nothing": {"q": NOTHING},
        "email nothing": {"email": "nobody@example.org"},
        "phone nothing": {"phone": "+49301234567"},
    }  # fmt: skip


def lead_filters(skewed: Skewed, stages: dict[str, int], pipeline: int) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"all": {}}
    for share in SHARES:
        found |= {
            f"status {share}": {"status": LEAD_STATUSES[share]},
            f"source {share}": {"source": share},
            f"tag {share}": {"tag": share},
            f"q {share}": {"q": share},
            f"owner {share}": {"owner_id": skewed.owners[share]},
        }
    return found | _of_days() | {f"stage {name}": {"stage_id": number} for name, number in stages.items()} | {
        "pipeline": {"pipeline_id": pipeline},
        "open": {"status": "open"},
        "owner none": {"owner_id": 0},
        "client one": {"client_id": 5},
        "type tail": {"type": "support"},
        "type most": {"type": "inquiry"},
        "stale": {"stale": True},
        "fresh": {"stale": False},
        "value tail": {"value_from": 50_000},
        "value most": {"value_to": 50_000},
        "value nothing": {"value_from": 10**11},
        "closes tail": {"closes_from": date(2026, 1, 1)},
        "closes old": {"closes_to": date(2020, 1, 1)},
        "closes most": {"closes_from": date(2025, 1, 1), "closes_to": date(2025, 12, 31)},
        "won tail": {"won_from": date(2026, 1, 1)},
        "won nothing": {"won_to": date(2021, 1, 1)},
        "closed old": {"closed_to": date(2021, 1, 1)},
        "status nothing": {"status": "in_progress"},
        "source nothing": {"source": NOTHING},
        "q nothing": {"q": NOTHING},
    }  # fmt: skip


def _of_days() -> dict[str, dict[str, Any]]:
    return {
        "created early": {"created_to": EARLY},
        "created late": {"created_from": LATE},
        "created then": {"created_from": EARLY, "created_to": date(2020, 1, 20)},
        "updated tail": {"updated_from": date(2026, 1, 1)},
        "updated old": {"updated_to": date(2020, 1, 1)},
    }

"""The fields that a column can be mapped to."""

from dataclasses import dataclass
from typing import Literal, get_args

RecordKind = Literal["clients", "leads"]
RECORD_KINDS: tuple[RecordKind, ...] = get_args(RecordKind)
"""Those of which one row can have both. Others are imported as their kinds are described."""
ValueForm = Literal["text", "line", "email", "phone", "tags", "day", "amount", "choice", "label", "yes"]
LEAVE_OUT = "-"
KEEP = "extra"
OF_LEAD = "lead_custom."
"""Begins the name of a custom field of leads in a file of leads, whose other columns are of their clients."""
AS_EXPORTED = "as_exported"
"""A column of a file that Holdfast exported, whose values are taken as they are."""


TOUCH = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "gclid", "fbclid",
    "yclid", "ttclid", "msclkid", "ad_id",
)  # fmt: skip
"""How the lead came: columns by the names that they have everywhere."""


@dataclass(frozen=True, slots=True)
class Target:
    """`several`: more than one column may be mapped to it. `of` is the record that has it."""

    name: str
    form: ValueForm = "line"
    several: bool = False
    of: Literal["client", "lead", "both"] = "client"


TARGETS = {
    target.name: target
    for target in (
        Target("name"),
        Target("first_name"),
        Target("middle_name"),
        Target("last_name"),
        Target("prefix"),
        Target("suffix"),
        Target("nickname"),
        Target("kind", "choice"),
        Target("company"),
        Target("company_role"),
        Target("department"),
        Target("job_title"),
        Target("email", "email", several=True),
        Target("phone", "phone", several=True),
        Target("phone_country"),
        Target("phone_code"),
        Target("website", several=True),
        Target("profile", several=True),
        Target("address", "text", several=True),
        Target("street", "text", several=True),
        Target("street_2", "text", several=True),
        Target("city", several=True),
        Target("region", several=True),
        Target("postal_code", several=True),
        Target("country", several=True),
        Target("address_formatted", "text", several=True),
        Target("birthday", "day"),
        Target("since", "day", several=True),
        Target("tags", "tags", several=True),
        Target("notes", "text", several=True),
        Target("status", "choice"),
        Target("source"),
        Target("owner"),
        Target("language", "choice"),
        Target("currency", "choice"),
        Target("external_id"),
        Target("do_not_call", "yes"),
        Target("opt_in", several=True),
        Target("opt_out", several=True),
        Target("opted_in", "day", several=True),
        Target("opted_out", "day", several=True),
        Target("label", "label", several=True),
        Target("lead_title", of="lead"),
        Target("lead_value", "amount", of="lead"),
        Target("lead_currency", of="lead"),
        Target("lead_pipeline", of="lead"),
        Target("lead_stage", of="lead"),
        Target("lead_status", "choice", of="lead"),
        Target("lead_close", "day", of="lead"),
        Target("lead_created", "day", of="lead"),
        Target("lead_lost_reason", of="lead"),
        Target("lead_owner", of="lead"),
        Target("lead_source", of="lead"),
        Target("lead_type", of="lead"),
        Target("lead_tags", "tags", several=True, of="lead"),
        Target("lead_details", "text", several=True, of="lead"),
        Target("lead_id", of="lead"),
        *(Target(name, of="lead") for name in TOUCH),
        Target("extra_amount", "amount", several=True),
        Target("extra_day", "day", several=True),
        Target(KEEP, "text", several=True),
        Target(AS_EXPORTED, "text", several=True),
    )
}
IDENTIFYING = ("name", "first_name", "last_name", "company", "email", "phone", "lead_title")
"""A row needs one of them."""


def targets_for(kind: str) -> list[str]:
    """In the order in which they are offered."""
    return [name for name, each in TARGETS.items() if kind == "leads" or each.of != "lead"]

"""Rules for rows of leads, pipelines and stages that come from a file or backup."""

from crm.fields import Name, ShortLine, name_key
from crm.leads.fields import Details, TypeName
from crm.leads.stage_fields import Colour, StageName, StaleDays
from crm.money import MOST, Currency, as_stored
from crm.records.keys import place_key, sort_key
from crm.row_rules import (
    RowRules,
    any_text,
    columns,
    day,
    fits,
    ids,
    json_of,
    key_of,
    matches,
    moments,
    whole_number,
)

SOUGHT = 20_000
TAG = 200
RANK = matches(r"[0-9a-z]{8}(?:[0-9a-z]{0,91}[1-9a-z])?", "a place in an order")


ROWS = {
    "pipelines": RowRules(columns(name=fits(Name)), made={"name_key": key_of("name", name_key)}),
    "stages": RowRules(
        columns(
            **ids("pipeline_id"),
            rank=RANK,
            name=fits(StageName),
            colour=fits(Colour),
            stale_days=fits(StaleDays),
        ),
        made={"name_key": key_of("name", name_key)},
    ),
    "lead_types": RowRules(columns(name=fits(TypeName))),
    "leads": RowRules(
        columns(
            title=fits(Name),
            value_minor=whole_number(0, as_stored(MOST)),
            currency=fits(Currency),
            **ids("client_id", "pipeline_id", "stage_id", "owner_id"),
            rank=RANK,
            source=fits(ShortLine),
            expected_close=day,
            details=fits(Details),
            type=fits(TypeName),
            lost_reason=fits(ShortLine),
            touched_day=whole_number(0, 3_000_000),
            referral=json_of(),
            custom=json_of(),
            sought=any_text(SOUGHT),
            joined=any_text(SOUGHT),
            client_key=any_text(SOUGHT),
            first_tag=any_text(TAG),
            **moments("stage_since", "closed_at", "touched_at", "erased_at"),
        ),
        made={"title_key": key_of("title", sort_key), "source_key": key_of("source", place_key)},
    ),
    "stage_stays": RowRules(columns(**ids("lead_id", "stage_id"), **moments("entered_at", "left_at"))),
}

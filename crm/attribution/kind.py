"""The kind `touch`."""

from crm.attribution.demo import begin_touches
from crm.attribution.rows import ROWS
from crm.records.erasing import Erasing, emptied
from crm.records.examples import Examples
from crm.records.kind import Kind, Pointer, not_undone

ERASING: Erasing = {
    "touches": emptied(
        facts="'{}'",
        keeps="lead_id conversation_id origin ad_id ad_set_id ad_campaign_id utm_campaign utm_source "
        "campaign_id found_by happened_at withdrawn_at",
    ),
    "lead_campaigns": "it holds ids alone, by which leads are counted",
}

TOUCH = Kind(
    name="touch",
    table="touches",
    area="leads",
    permissions={},
    rows=ROWS,
    examples=Examples(usual=60, least=0, begin=begin_touches),
    erasing=ERASING,
    actions=not_undone("a touch is kept as it was told", "touch.created")
    | not_undone(
        "it is taken back, or added again, on the page of the lead", "touch.added", "touch.withdrawn"
    ),
    links={"campaign_id": "campaign"},
    pointers=(
        Pointer("lead_id", "leads", when_erased="erase"),
        Pointer("conversation_id", "conversations", when_erased="erase"),
        Pointer("campaign_id", "campaigns"),
        Pointer("lead_id", "leads", of="lead_campaigns", when_erased="keep"),
        Pointer("campaign_id", "campaigns", of="lead_campaigns"),
    ),
)

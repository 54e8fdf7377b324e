"""Rules for rows of touches that come from a backup."""

from crm.row_rules import RowRules, any_text, columns, ids, json_of, moments

LONGEST = 500

ROWS = {
    "touches": RowRules(
        columns(
            **ids("lead_id", "conversation_id", "campaign_id"),
            facts=json_of(),
            **dict.fromkeys(
                ("ad_id", "ad_set_id", "ad_campaign_id", "utm_campaign", "utm_source"), any_text(LONGEST)
            ),
            **moments("happened_at", "withdrawn_at"),
        )
    ),
    "lead_campaigns": RowRules(
        columns(
            **ids("lead_id", "campaign_id"),
            **dict.fromkeys(("ad_id", "ad_set_id", "campaign_key"), any_text(LONGEST)),
        )
    ),
}

-- The months of one campaign are read along an index alone: without their figures in it, the key of months was walked instead.

DROP INDEX campaign_summaries_of;

CREATE INDEX campaign_summaries_of ON campaign_summaries
    (workspace_id, campaign_id, month, source, currency, impressions, clicks, spend, conversions, value, days);

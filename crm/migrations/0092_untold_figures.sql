-- Figures that a source does not tell are none, not 0: a bit for each, from impressions on. All months are summed up again, and
-- the sums of a report are read in the order of campaigns and currencies.

ALTER TABLE daily_kpi_data      ADD COLUMN untold INTEGER NOT NULL DEFAULT 0 CHECK (untold BETWEEN 0 AND 31);
ALTER TABLE daily_kpi_revisions ADD COLUMN untold INTEGER NOT NULL DEFAULT 0 CHECK (untold BETWEEN 0 AND 31);
ALTER TABLE campaign_summaries  ADD COLUMN untold INTEGER NOT NULL DEFAULT 0 CHECK (untold BETWEEN 0 AND 31);

DROP INDEX campaign_summaries_of;

CREATE INDEX campaign_summaries_of ON campaign_summaries
    (workspace_id, campaign_id, currency, month, source, impressions, clicks, spend, conversions, value, untold, days);

UPDATE kpi_months SET rolled = NULL;

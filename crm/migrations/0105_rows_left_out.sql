-- How many rows a run left out as they name no campaign.

ALTER TABLE campaign_source_runs ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0;

-- The ad by which a lead came to the campaign that it is counted with, as the platform calls it, and the name of the campaign, by which
-- lists of leads are sorted and filtered.

ALTER TABLE lead_campaigns ADD COLUMN ad_id TEXT;
ALTER TABLE lead_campaigns ADD COLUMN ad_set_id TEXT;
ALTER TABLE lead_campaigns ADD COLUMN campaign_key TEXT;

UPDATE lead_campaigns
   SET ad_id = (SELECT t.ad_id
                  FROM touches t
                 WHERE t.workspace_id = lead_campaigns.workspace_id
                   AND t.lead_id = lead_campaigns.lead_id
                   AND t.campaign_id = lead_campaigns.campaign_id
                 ORDER BY t.happened_at, t.id
                 LIMIT 1),
       ad_set_id = (SELECT t.ad_set_id
                      FROM touches t
                     WHERE t.workspace_id = lead_campaigns.workspace_id
                       AND t.lead_id = lead_campaigns.lead_id
                       AND t.campaign_id = lead_campaigns.campaign_id
                     ORDER BY t.happened_at, t.id
                     LIMIT 1),
       campaign_key = (SELECT c.name_order
                         FROM campaigns c
                        WHERE c.workspace_id = lead_campaigns.workspace_id
                          AND c.id = lead_campaigns.campaign_id)
 WHERE campaign_id IS NOT NULL;

CREATE INDEX lead_campaigns_by_ad   ON lead_campaigns (workspace_id, campaign_id, ad_id, ad_set_id, lead_id);
CREATE INDEX lead_campaigns_by_name ON lead_campaigns (workspace_id, campaign_key, lead_id) WHERE campaign_key IS NOT NULL;

-- Which stages a lead has been in is read from the index alone.
DROP INDEX stage_stays_lead;

CREATE INDEX stage_stays_lead ON stage_stays (workspace_id, lead_id, entered_at, stage_id);

-- How people came: each touch that led to a lead or a conversation (an ad, a form, a link, an import) as it was told. The
-- first of a lead is never overwritten; later ones stand beside it. What a touch is credited to is found once.

CREATE TABLE touches (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    lead_id         INTEGER,
    conversation_id INTEGER,
    origin          TEXT    NOT NULL CHECK (origin IN ('ad', 'form', 'lead_form', 'stock_page', 'api', 'import')),
    facts           TEXT    NOT NULL,
    ad_id           TEXT,
    ad_set_id       TEXT,
    ad_campaign_id  TEXT,
    utm_campaign    TEXT,
    utm_source      TEXT,
    campaign_id     INTEGER,
    found_by        TEXT CHECK (found_by IN ('ad', 'ad_set', 'campaign', 'utm', 'source')),
    happened_at     TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id)         REFERENCES leads         (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, campaign_id)     REFERENCES campaigns     (workspace_id, id)
) STRICT;

CREATE INDEX touches_of_lead         ON touches (workspace_id, lead_id, happened_at, id);
CREATE INDEX touches_of_conversation ON touches (workspace_id, conversation_id, happened_at, id);
CREATE INDEX touches_of_campaign     ON touches (workspace_id, campaign_id);
CREATE INDEX touches_by_ad           ON touches (workspace_id, ad_id)               WHERE campaign_id IS NULL;
CREATE INDEX touches_by_ad_set       ON touches (workspace_id, ad_set_id)           WHERE campaign_id IS NULL;
CREATE INDEX touches_by_ad_campaign  ON touches (workspace_id, ad_campaign_id)      WHERE campaign_id IS NULL;
CREATE INDEX touches_by_utm          ON touches (workspace_id, lower(utm_campaign)) WHERE campaign_id IS NULL;
CREATE INDEX touches_by_utm_source   ON touches (workspace_id, lower(utm_source))   WHERE campaign_id IS NULL;

CREATE TRIGGER touches_keep_delete BEFORE DELETE ON touches
BEGIN
    SELECT RAISE (ABORT, 'touches are append-only');
END;

-- Its lead and its campaign are found once; erasing a person empties what it tells.
CREATE TRIGGER touches_keep_update BEFORE UPDATE ON touches
WHEN (NEW.facts <> OLD.facts AND NEW.facts <> '{}')
  OR (OLD.lead_id IS NOT NULL AND NEW.lead_id IS NOT OLD.lead_id)
  OR (OLD.campaign_id IS NOT NULL AND NEW.campaign_id IS NOT OLD.campaign_id)
  OR (NEW.workspace_id, NEW.origin, NEW.happened_at, NEW.created_at)
     <> (OLD.workspace_id, OLD.origin, OLD.happened_at, OLD.created_at)
BEGIN
    SELECT RAISE (ABORT, 'touches are append-only');
END;

-- The campaign that a lead is counted with: that of its touches, or the one that a person chose.
CREATE TABLE lead_campaigns (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    lead_id      INTEGER NOT NULL,
    campaign_id  INTEGER,
    chosen       INTEGER NOT NULL DEFAULT 0 CHECK (chosen IN (0, 1)),
    PRIMARY KEY (workspace_id, lead_id),
    FOREIGN KEY (workspace_id, lead_id)     REFERENCES leads     (workspace_id, id),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX lead_campaigns_of ON lead_campaigns (workspace_id, campaign_id, lead_id);

CREATE INDEX campaigns_by_utm_alike  ON campaigns (workspace_id, lower(utm_campaign)) WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_utm_source ON campaigns (workspace_id, lower(utm_source))   WHERE deleted_at IS NULL;
CREATE INDEX ads_by_update            ON ads       (workspace_id, updated_at);
CREATE INDEX ad_sets_by_update        ON ad_sets   (workspace_id, updated_at);
CREATE INDEX ads_by_platform_id      ON ads       (workspace_id, platform_id);
CREATE INDEX ad_sets_by_platform_id  ON ad_sets   (workspace_id, platform_id);
CREATE INDEX campaign_platform_ids_by_id ON campaign_platform_ids (workspace_id, platform_id, campaign_id);

-- What is known of those who came before.
INSERT INTO touches (workspace_id, lead_id, conversation_id, origin, facts, ad_id, happened_at, created_at)
SELECT l.workspace_id, l.id,
       (SELECT min(cl.conversation_id)
          FROM conversation_leads cl
         WHERE cl.workspace_id = l.workspace_id AND cl.lead_id = l.id),
       'ad', l.referral,
       CASE WHEN json_extract(l.referral, '$.source_type') = 'ad' THEN json_extract(l.referral, '$.source_id') END,
       l.created_at, l.created_at
  FROM leads l
 WHERE l.referral IS NOT NULL
   AND l.erased_at IS NULL;

INSERT INTO touches (workspace_id, lead_id, origin, facts, ad_campaign_id, utm_campaign, utm_source, happened_at, created_at)
SELECT s.workspace_id, s.lead_id, 'form', json_extract(s.payload, '$.marks'),
       json_extract(s.payload, '$.marks.utm_id'),
       json_extract(s.payload, '$.marks.utm_campaign'),
       json_extract(s.payload, '$.marks.utm_source'),
       s.received_at, s.received_at
  FROM web_form_submissions s
 WHERE s.lead_id IS NOT NULL
   AND json_extract(s.payload, '$.marks') <> '{}';

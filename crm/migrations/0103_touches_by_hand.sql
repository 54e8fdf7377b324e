-- People add touches that no platform told of, and take back those of theirs; what was told stays as it was told.

CREATE TABLE new_touches (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id),
    lead_id         INTEGER,
    conversation_id INTEGER,
    origin          TEXT    NOT NULL CHECK (origin IN ('ad', 'form', 'lead_form', 'stock_page', 'api', 'import', 'hand')),
    facts           TEXT    NOT NULL,
    ad_id           TEXT,
    ad_set_id       TEXT,
    ad_campaign_id  TEXT,
    utm_campaign    TEXT,
    utm_source      TEXT,
    campaign_id     INTEGER,
    found_by        TEXT CHECK (found_by IN ('ad', 'ad_set', 'campaign', 'utm', 'source', 'person')),
    happened_at     TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    withdrawn_at    TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id)         REFERENCES leads         (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id),
    FOREIGN KEY (workspace_id, campaign_id)     REFERENCES campaigns     (workspace_id, id)
) STRICT;

INSERT INTO new_touches (id, workspace_id, lead_id, conversation_id, origin, facts, ad_id, ad_set_id, ad_campaign_id, utm_campaign, utm_source,
       campaign_id, found_by, happened_at, created_at)
SELECT id, workspace_id, lead_id, conversation_id, origin, facts, ad_id, ad_set_id, ad_campaign_id, utm_campaign, utm_source,
       campaign_id, found_by, happened_at, created_at
  FROM touches;
DROP TABLE touches;
ALTER TABLE new_touches RENAME TO touches;

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
  OR (OLD.origin <> 'hand' AND NEW.withdrawn_at IS NOT NULL)
  OR (NEW.workspace_id, NEW.origin, NEW.happened_at, NEW.created_at)
     <> (OLD.workspace_id, OLD.origin, OLD.happened_at, OLD.created_at)
BEGIN
    SELECT RAISE (ABORT, 'touches are append-only');
END;

-- Campaigns, what they cost and brought by day and source, and the sums of their months. Spend and values are whole
-- millionths of the currency, conversions whole billionths. A month's counter of changes says whether its sums still stand.

ALTER TABLE workspaces ADD COLUMN module_campaigns INTEGER NOT NULL DEFAULT 1 CHECK (module_campaigns IN (0, 1));

CREATE TABLE campaigns (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    name_order   TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('planned', 'active', 'paused', 'ended')),
    start_date   TEXT,
    end_date     TEXT,
    budget_minor INTEGER CHECK (budget_minor >= 0),
    currency     TEXT    NOT NULL,
    utm_source   TEXT,
    utm_medium   TEXT,
    utm_campaign TEXT,
    utm_term     TEXT,
    utm_content  TEXT,
    description  TEXT,
    sought       TEXT    NOT NULL DEFAULT '',
    joined       TEXT    NOT NULL DEFAULT '',
    first_tag    TEXT,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX campaigns_name ON campaigns (workspace_id, name_key)                   WHERE deleted_at IS NULL;
CREATE INDEX campaigns_live        ON campaigns (workspace_id)                             WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_creation ON campaigns (workspace_id, created_at)                 WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_update   ON campaigns (workspace_id, updated_at)                 WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_name     ON campaigns (workspace_id, name_order)                 WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_start    ON campaigns (workspace_id, COALESCE(start_date, ''))   WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_budget   ON campaigns (workspace_id, COALESCE(budget_minor, -1)) WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_channel  ON campaigns (workspace_id, channel)                    WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_status   ON campaigns (workspace_id, status)                     WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_utm      ON campaigns (workspace_id, utm_campaign)               WHERE deleted_at IS NULL;
CREATE INDEX campaigns_by_tag      ON campaigns (workspace_id, first_tag)                  WHERE deleted_at IS NULL;
CREATE INDEX campaigns_trash       ON campaigns (workspace_id, deleted_at)                 WHERE deleted_at IS NOT NULL;

CREATE VIRTUAL TABLE campaigns_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE TABLE campaign_platform_ids (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    campaign_id  INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    platform_id  TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, source, platform_id, campaign_id),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX campaign_platform_ids_of ON campaign_platform_ids (workspace_id, campaign_id, source, platform_id);

CREATE TABLE ad_sets (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    campaign_id  INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    platform_id  TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, source, platform_id),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
) STRICT;

CREATE INDEX ad_sets_of ON ad_sets (workspace_id, campaign_id, id);

CREATE TABLE ads (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    campaign_id  INTEGER NOT NULL,
    ad_set_id    INTEGER,
    source       TEXT    NOT NULL,
    platform_id  TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, source, platform_id),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id),
    FOREIGN KEY (workspace_id, ad_set_id)   REFERENCES ad_sets   (workspace_id, id)
) STRICT;

CREATE INDEX ads_of        ON ads (workspace_id, campaign_id, id);
CREATE INDEX ads_of_ad_set ON ads (workspace_id, ad_set_id);

CREATE TABLE collection_log (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    source         TEXT    NOT NULL,
    rows           INTEGER NOT NULL,
    new_rows       INTEGER NOT NULL,
    changed_rows   INTEGER NOT NULL,
    unchanged_rows INTEGER NOT NULL,
    first_day      TEXT,
    last_day       TEXT,
    collected_by   INTEGER,
    created_at     TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, collected_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX collection_log_of_source ON collection_log (workspace_id, source, id);
CREATE INDEX collection_log_of_user   ON collection_log (workspace_id, collected_by);

CREATE TRIGGER collection_log_keep_update BEFORE UPDATE ON collection_log
BEGIN
    SELECT RAISE (ABORT, 'the log of collections is append-only');
END;

CREATE TRIGGER collection_log_keep_delete BEFORE DELETE ON collection_log
BEGIN
    SELECT RAISE (ABORT, 'the log of collections is append-only');
END;

CREATE TABLE daily_kpi_data (
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    campaign_id   INTEGER NOT NULL,
    day           TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    currency      TEXT    NOT NULL,
    impressions   INTEGER NOT NULL CHECK (impressions >= 0),
    clicks        INTEGER NOT NULL CHECK (clicks >= 0),
    spend         INTEGER NOT NULL CHECK (spend >= 0),
    conversions   INTEGER NOT NULL CHECK (conversions >= 0),
    value         INTEGER NOT NULL CHECK (value >= 0),
    extras        TEXT    NOT NULL DEFAULT '{}',
    collection_id INTEGER NOT NULL,
    updated_at    TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, day, source),
    FOREIGN KEY (workspace_id, campaign_id)   REFERENCES campaigns      (workspace_id, id),
    FOREIGN KEY (workspace_id, collection_id) REFERENCES collection_log (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX daily_kpi_data_by_day        ON daily_kpi_data (workspace_id, day);
CREATE INDEX daily_kpi_data_of_collection ON daily_kpi_data (workspace_id, collection_id);

CREATE TABLE daily_kpi_revisions (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    campaign_id   INTEGER NOT NULL,
    day           TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    currency      TEXT    NOT NULL,
    impressions   INTEGER NOT NULL,
    clicks        INTEGER NOT NULL,
    spend         INTEGER NOT NULL,
    conversions   INTEGER NOT NULL,
    value         INTEGER NOT NULL,
    extras        TEXT    NOT NULL,
    collection_id INTEGER NOT NULL,
    replaced_by   INTEGER NOT NULL,
    created_at    TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, campaign_id)   REFERENCES campaigns      (workspace_id, id),
    FOREIGN KEY (workspace_id, collection_id) REFERENCES collection_log (workspace_id, id),
    FOREIGN KEY (workspace_id, replaced_by)   REFERENCES collection_log (workspace_id, id)
) STRICT;

CREATE INDEX daily_kpi_revisions_of         ON daily_kpi_revisions (workspace_id, campaign_id, day, source, id);
CREATE INDEX daily_kpi_revisions_collection ON daily_kpi_revisions (workspace_id, collection_id);
CREATE INDEX daily_kpi_revisions_replaced   ON daily_kpi_revisions (workspace_id, replaced_by);

CREATE TRIGGER daily_kpi_revisions_keep_update BEFORE UPDATE ON daily_kpi_revisions
BEGIN
    SELECT RAISE (ABORT, 'earlier figures are append-only');
END;

CREATE TRIGGER daily_kpi_revisions_keep_delete BEFORE DELETE ON daily_kpi_revisions
BEGIN
    SELECT RAISE (ABORT, 'earlier figures are append-only');
END;

-- How often the days of a month changed; `rolled` is the number at which its sums were made.
CREATE TABLE kpi_months (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    month        TEXT    NOT NULL,
    changes      INTEGER NOT NULL,
    rolled       INTEGER,
    rolled_at    TEXT,
    daily_rows   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, month)
) STRICT, WITHOUT ROWID;

CREATE INDEX kpi_months_stale ON kpi_months (workspace_id, month) WHERE rolled IS NULL OR rolled <> changes;

CREATE TABLE campaign_summaries (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    campaign_id  INTEGER NOT NULL,
    month        TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    currency     TEXT    NOT NULL,
    impressions  INTEGER NOT NULL,
    clicks       INTEGER NOT NULL,
    spend        INTEGER NOT NULL,
    conversions  INTEGER NOT NULL,
    value        INTEGER NOT NULL,
    days         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, month, campaign_id, source, currency),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX campaign_summaries_of ON campaign_summaries (workspace_id, campaign_id, month);

CREATE TABLE campaign_reports (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    month        TEXT    NOT NULL,
    changes      INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, month)
) STRICT, WITHOUT ROWID;

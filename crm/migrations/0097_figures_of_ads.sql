-- What ad sets and ads cost and brought each day: parts of the day of their campaign, which is stored by itself.

CREATE TABLE ad_kpi_data (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    campaign_id  INTEGER NOT NULL,
    day          TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    place        INTEGER NOT NULL,
    ad_set_id    INTEGER,
    ad_id        INTEGER,
    currency     TEXT    NOT NULL,
    impressions  INTEGER NOT NULL CHECK (impressions >= 0),
    clicks       INTEGER NOT NULL CHECK (clicks >= 0),
    spend        INTEGER NOT NULL CHECK (spend >= 0),
    conversions  INTEGER NOT NULL CHECK (conversions >= 0),
    value        INTEGER NOT NULL CHECK (value >= 0),
    untold       INTEGER NOT NULL CHECK (untold BETWEEN 0 AND 31),
    PRIMARY KEY (workspace_id, campaign_id, day, source, place),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id),
    FOREIGN KEY (workspace_id, ad_set_id)   REFERENCES ad_sets   (workspace_id, id),
    FOREIGN KEY (workspace_id, ad_id)       REFERENCES ads       (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ad_kpi_data_of_ad_set ON ad_kpi_data (workspace_id, ad_set_id);
CREATE INDEX ad_kpi_data_of_ad     ON ad_kpi_data (workspace_id, ad_id);

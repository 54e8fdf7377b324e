-- Alerts of the server: what is set, and each incident from its beginning to its end. They are of no workspace.

CREATE TABLE alert_settings (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    recipient   TEXT,
    quiet_from  TEXT,
    quiet_until TEXT,
    zone        TEXT    NOT NULL,
    thresholds  TEXT    NOT NULL,
    tested_at   TEXT,
    tried_at    TEXT,
    outcome     TEXT,
    version     INTEGER NOT NULL
) STRICT;

INSERT INTO alert_settings (id, zone, thresholds, version) VALUES (1, 'UTC', '{}', 1);

CREATE TABLE incidents (
    id              INTEGER PRIMARY KEY,
    alert           TEXT    NOT NULL,
    level           TEXT    NOT NULL CHECK (level IN ('warning', 'critical')),
    value           TEXT    NOT NULL,
    began_at        TEXT    NOT NULL,
    ended_at        TEXT,
    acknowledged_at TEXT,
    acknowledged_by TEXT,
    told_level      TEXT,
    end_told_at     TEXT
) STRICT;

CREATE UNIQUE INDEX incidents_open   ON incidents (alert)    WHERE ended_at IS NULL;
CREATE INDEX        incidents_untold ON incidents (ended_at) WHERE told_level IS NOT NULL AND end_told_at IS NULL;

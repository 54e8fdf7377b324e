-- Who was told of an incident, by which means and at which stage of it; and a webhook that is told of alerts.

ALTER TABLE alert_settings ADD COLUMN webhook_url TEXT;

CREATE TABLE incident_notices (
    incident_id INTEGER NOT NULL,
    means       TEXT    NOT NULL,
    stage       TEXT    NOT NULL CHECK (stage IN ('warning', 'critical', 'over')),
    told_at     TEXT    NOT NULL,
    PRIMARY KEY (incident_id, means, stage)
) STRICT;

INSERT INTO incident_notices (incident_id, means, stage, told_at)
SELECT id, 'mail', told_level, began_at
  FROM incidents
 WHERE told_level IS NOT NULL;

INSERT INTO incident_notices (incident_id, means, stage, told_at)
SELECT id, 'mail', 'over', end_told_at
  FROM incidents
 WHERE end_told_at IS NOT NULL;

CREATE INDEX incidents_ended ON incidents (ended_at);

-- What open leads come to, and what was won and lost when, is read from an index alone:
-- so each holds the columns of its condition too.

DROP INDEX leads_open;
DROP INDEX leads_closed;
DROP INDEX leads_by_closing;
CREATE INDEX leads_open       ON leads (workspace_id, stage_id, currency, owner_id, value_minor, closed_at, deleted_at)
    WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX leads_closed     ON leads (workspace_id, pipeline_id, closed_at, status, currency, owner_id, value_minor,
                                        deleted_at)
    WHERE deleted_at IS NULL AND closed_at IS NOT NULL;
CREATE INDEX leads_by_closing ON leads (workspace_id, closed_at, status, currency, value_minor, deleted_at)
    WHERE deleted_at IS NULL AND closed_at IS NOT NULL;

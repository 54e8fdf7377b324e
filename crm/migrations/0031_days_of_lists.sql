-- Lists are narrowed by the days on which records were made, won and closed.

CREATE INDEX clients_by_creation ON clients (workspace_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_creation   ON leads   (workspace_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_closing    ON leads   (workspace_id, closed_at)  WHERE deleted_at IS NULL AND closed_at IS NOT NULL;

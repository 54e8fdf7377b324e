-- After how many days records are erased by rule, if at all: lost leads, clients without activity, and what is in the trash.

ALTER TABLE workspaces ADD COLUMN lost_leads_days INTEGER CHECK (lost_leads_days BETWEEN 1 AND 36500);
ALTER TABLE workspaces ADD COLUMN inactive_clients_days INTEGER CHECK (inactive_clients_days BETWEEN 1 AND 36500);
ALTER TABLE workspaces ADD COLUMN trash_days INTEGER CHECK (trash_days BETWEEN 1 AND 36500);

CREATE INDEX leads_lost ON leads (workspace_id, closed_at, id) WHERE deleted_at IS NULL AND status = 'lost';

-- When the user who began an import was shown that it ended: until then pages say so.
ALTER TABLE imports ADD COLUMN seen_at TEXT;

UPDATE imports SET seen_at = ended_at WHERE ended_at IS NOT NULL;

CREATE INDEX imports_unseen ON imports (workspace_id, actor_id) WHERE ended_at IS NOT NULL AND seen_at IS NULL;

-- Templates and quick replies that were removed stay and can be restored; their names are unique among the others.
ALTER TABLE message_templates ADD COLUMN version    INTEGER NOT NULL DEFAULT 1;
ALTER TABLE message_templates ADD COLUMN deleted_at TEXT;
ALTER TABLE quick_replies     ADD COLUMN version    INTEGER NOT NULL DEFAULT 1;
ALTER TABLE quick_replies     ADD COLUMN deleted_at TEXT;

DROP INDEX message_templates_name;
DROP INDEX quick_replies_title;

CREATE UNIQUE INDEX message_templates_name    ON message_templates (workspace_id, name, language) WHERE deleted_at IS NULL;
CREATE INDEX        message_templates_removed ON message_templates (workspace_id, deleted_at)     WHERE deleted_at IS NOT NULL;
CREATE UNIQUE INDEX quick_replies_title       ON quick_replies (workspace_id, title_key)          WHERE deleted_at IS NULL;
CREATE INDEX        quick_replies_removed     ON quick_replies (workspace_id, deleted_at)         WHERE deleted_at IS NOT NULL;

-- Deleted tasks and notes are listed, the last deleted first.

CREATE INDEX tasks_trash ON tasks (workspace_id, deleted_at)          WHERE deleted_at IS NOT NULL;
CREATE INDEX notes_trash ON notes (workspace_id, subject, subject_id) WHERE deleted_at IS NOT NULL;

-- All tasks of a workspace, done ones too, are listed in the order in which they are due.

CREATE INDEX tasks_due ON tasks (workspace_id, COALESCE(due_at, '9999-12-31T00:00:00.000Z'), id) WHERE deleted_at IS NULL;

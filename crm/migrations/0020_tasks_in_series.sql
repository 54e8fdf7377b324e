-- What comes next in a series of repeating tasks is found along an index.

CREATE INDEX tasks_series ON tasks (workspace_id, first_due_at, title) WHERE deleted_at IS NULL AND repeat IS NOT NULL;

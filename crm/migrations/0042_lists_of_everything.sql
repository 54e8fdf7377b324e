-- Lists of tasks in the order in which they are due, under each of their filters; files of all records, deleted ones too,
-- newest first; and the conversations of a client.

DROP INDEX tasks_open;
DROP INDEX tasks_subject;
CREATE INDEX tasks_to_do       ON tasks (workspace_id, COALESCE(due_at, '9999-12-31T00:00:00.000Z'))
                                  WHERE deleted_at IS NULL AND done_at IS NULL;
CREATE INDEX tasks_done        ON tasks (workspace_id, COALESCE(due_at, '9999-12-31T00:00:00.000Z'))
                                  WHERE deleted_at IS NULL AND done_at IS NOT NULL;
CREATE INDEX tasks_of_assignee ON tasks (workspace_id, assignee_id, COALESCE(due_at, '9999-12-31T00:00:00.000Z'))
                                  WHERE deleted_at IS NULL;
CREATE INDEX tasks_subject     ON tasks (workspace_id, subject, subject_id, COALESCE(due_at, '9999-12-31T00:00:00.000Z'))
                                  WHERE deleted_at IS NULL;
CREATE INDEX tasks_of_kind     ON tasks (workspace_id, subject, COALESCE(due_at, '9999-12-31T00:00:00.000Z'))
                                  WHERE deleted_at IS NULL;
-- The last of these, so that of two that fit the planner takes the one with fewer rows.
CREATE INDEX tasks_open        ON tasks (workspace_id, assignee_id, COALESCE(due_at, '9999-12-31T00:00:00.000Z'))
                                  WHERE deleted_at IS NULL AND done_at IS NULL;

DROP INDEX files_trash;
CREATE INDEX files_trash       ON files (workspace_id, purpose) WHERE deleted_at IS NOT NULL AND purged_at IS NULL;
CREATE INDEX files_trash_of    ON files (workspace_id, subject, subject_id, purpose)
                                  WHERE deleted_at IS NOT NULL AND purged_at IS NULL;

DROP INDEX conversations_client;
CREATE INDEX conversations_client ON conversations (workspace_id, client_id, last_message_at);

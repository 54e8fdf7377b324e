-- Reports on quotes count them by the moments at which they were sent and answered.

CREATE INDEX quotes_by_sending ON quotes (workspace_id, sent_at)     WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_answer  ON quotes (workspace_id, answered_at) WHERE deleted_at IS NULL;

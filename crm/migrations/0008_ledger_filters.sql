-- The ledger is read by kind of record, by action and by time, however long it has become.

CREATE INDEX activities_kind   ON activities (workspace_id, subject, seq);
CREATE INDEX activities_action ON activities (workspace_id, action, seq);
CREATE INDEX activities_time   ON activities (workspace_id, created_at, seq);

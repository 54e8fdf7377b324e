-- The ledger is asked for what happened to one kind of thing, or to one thing, as well as for a record's timeline.

CREATE INDEX activities_entity ON activities (workspace_id, entity, seq);
CREATE INDEX activities_thing  ON activities (workspace_id, entity, entity_id, seq);

-- How far an act that wrote many entries reaches in the ledger, and what all of them are: one line tells of it,
-- whatever their number, and a page of lines steps over the rest of them at once. `changed` names the fields,
-- where they are the same in all; of what was written before it is not known.

ALTER TABLE operations ADD COLUMN entries   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operations ADD COLUMN first_seq INTEGER;
ALTER TABLE operations ADD COLUMN last_seq  INTEGER;
ALTER TABLE operations ADD COLUMN action    TEXT;
ALTER TABLE operations ADD COLUMN changed   TEXT;

UPDATE operations
   SET (entries, first_seq, last_seq, action) =
       (SELECT count(*), min(a.seq), max(a.seq), CASE WHEN min(a.action) = max(a.action) THEN min(a.action) END
          FROM operation_entries e
          JOIN activities a ON a.id = e.activity_id
         WHERE e.workspace_id = operations.workspace_id
           AND e.operation_id = operations.id);

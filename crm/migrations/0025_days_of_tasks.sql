-- A task may be due on a day rather than at a moment. Forms wrote such a day as its last minute, 23:59 in the zone of
-- whoever wrote it; the next of a repeating task has it in the zone of its assignee. `due_at` stays as the end of the day.

ALTER TABLE tasks ADD COLUMN due_day TEXT;
ALTER TABLE tasks ADD COLUMN first_due_day TEXT;

CREATE TEMPORARY TABLE written_days AS
WITH writers AS (
    SELECT t.id,
           (SELECT a.actor_id
              FROM activities a
              JOIN activity_contents c ON c.workspace_id = a.workspace_id AND c.activity_id = a.id
             WHERE a.workspace_id = t.workspace_id
               AND a.entity = 'task'
               AND a.entity_id = t.id
               AND json_extract(c.after, '$.due_at') IS NOT NULL
             ORDER BY a.seq DESC
             LIMIT 1) AS writer_id
      FROM tasks t
     WHERE t.due_at IS NOT NULL
),
zones AS (
    SELECT t.id, t.due_at, t.first_due_at, 1 AS preference, COALESCE(u.timezone, w.timezone) AS zone
      FROM writers
      JOIN tasks t      ON t.id = writers.id
      JOIN workspaces w ON w.id = t.workspace_id
      LEFT JOIN users u ON u.workspace_id = t.workspace_id AND u.id = writers.writer_id
     UNION ALL
    SELECT t.id, t.due_at, t.first_due_at, 2, COALESCE(u.timezone, w.timezone)
      FROM tasks t
      JOIN workspaces w ON w.id = t.workspace_id
      LEFT JOIN users u ON u.workspace_id = t.workspace_id AND u.id = t.assignee_id
     WHERE t.repeat IS NOT NULL
       AND t.due_at IS NOT NULL
)
SELECT id, zone, local_time(due_at, zone) AS due, local_time(first_due_at, zone) AS first, MIN(preference) AS preference
  FROM zones
 WHERE substr(local_time(due_at, zone), 12) = '23:59:00.000'
 GROUP BY id;

UPDATE tasks
   SET due_day       = (SELECT substr(written.due, 1, 10) FROM written_days written WHERE written.id = tasks.id),
       first_due_day = (SELECT substr(COALESCE(written.first, written.due), 1, 10)
                          FROM written_days written
                         WHERE written.id = tasks.id)
 WHERE id IN (SELECT id FROM written_days);

DROP TABLE written_days;

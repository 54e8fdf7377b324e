-- A stored name is the workspace's number, two digits and the file's own 32: nothing that could lead out of the uploads.
-- Rows that an import brought with another name lose it: the file is gone from lists, and never again read or removed.

UPDATE clients
   SET picture_id = NULL
 WHERE picture_id IN (SELECT id
                        FROM files
                       WHERE NOT (stored_name GLOB '[1-9]*/[0-9a-f][0-9a-f]/[0-9a-f]*'
                                  AND stored_name NOT GLOB '*[^0-9a-f/]*'
                                  AND substr(stored_name, 1, length(stored_name) - 36) NOT GLOB '*[^0-9]*'
                                  AND substr(stored_name, -32) NOT GLOB '*[^0-9a-f]*'
                                  AND octet_length(stored_name) = length(stored_name)
                                  AND substr(stored_name, -36, 4) = '/' || substr(stored_name, -32, 2) || '/'));

UPDATE files
   SET stored_name = workspace_id || '/00/' || printf('%032x', id),
       deleted_at  = coalesce(deleted_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
       purged_at   = coalesce(purged_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
       version     = version + 1
 WHERE NOT (stored_name GLOB '[1-9]*/[0-9a-f][0-9a-f]/[0-9a-f]*'
            AND stored_name NOT GLOB '*[^0-9a-f/]*'
            AND substr(stored_name, 1, length(stored_name) - 36) NOT GLOB '*[^0-9]*'
            AND substr(stored_name, -32) NOT GLOB '*[^0-9a-f]*'
            AND octet_length(stored_name) = length(stored_name)
            AND substr(stored_name, -36, 4) = '/' || substr(stored_name, -32, 2) || '/');

ALTER TABLE files ADD CONSTRAINT files_stored_name CHECK (
    stored_name GLOB '[1-9]*/[0-9a-f][0-9a-f]/[0-9a-f]*'
    AND stored_name NOT GLOB '*[^0-9a-f/]*'
    AND substr(stored_name, 1, length(stored_name) - 36) NOT GLOB '*[^0-9]*'
    AND substr(stored_name, -32) NOT GLOB '*[^0-9a-f]*'
    AND octet_length(stored_name) = length(stored_name)
    AND substr(stored_name, -36, 4) = '/' || substr(stored_name, -32, 2) || '/'
);

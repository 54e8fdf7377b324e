-- How dates, hours and numbers are written. NULL in a user's locale means the workspace's, in a workspace's the usual one.
ALTER TABLE workspaces ADD COLUMN locale TEXT;
ALTER TABLE users      ADD COLUMN locale TEXT;

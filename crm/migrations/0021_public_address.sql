-- Where an owner says that others reach the appliance: links begin with it where PUBLIC_URL is not set.

ALTER TABLE workspaces ADD COLUMN public_url TEXT
    CHECK (public_url IS NULL
           OR (length(public_url) BETWEEN 8 AND 300
               AND (substr(public_url, 1, 7) = 'http://' OR substr(public_url, 1, 8) = 'https://')));

-- In which language and currency a client gets quotes and invoices. Empty: that of their last document, else of their country.

ALTER TABLE clients ADD COLUMN language TEXT;
ALTER TABLE clients ADD COLUMN currency TEXT;

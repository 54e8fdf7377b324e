-- Amounts were kept in hundredths. They are now ten-thousandths: currencies have up to four decimal places (ISO 4217).

UPDATE leads SET value_minor = value_minor * 100;

"""The document reader: a bureau's own document in, a Reading out. Pure: no clock, no database, no network."""

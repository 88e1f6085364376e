"""The roster 名册 as a table: read, compared with the one there is, and written out again."""

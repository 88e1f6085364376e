"""What pages show: rows made ready to read, selected, counted and cut into pages by the database."""

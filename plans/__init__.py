"""What was promised: plans, people, programmes, time, documents and the database."""

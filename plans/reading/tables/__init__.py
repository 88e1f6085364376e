"""Tables of a document: which is a task table, what its columns mean, and the items its rows hold."""

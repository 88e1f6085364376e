"""What is being done: tasks, their moves, filings, readings and the roll-up."""

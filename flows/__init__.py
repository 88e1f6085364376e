"""When work starts: settings, the composition root, the clock and the Prefect flows."""

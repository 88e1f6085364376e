"""What is said and to whom: ladders, bundles, the outbox, channels, digests."""

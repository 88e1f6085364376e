"""督办: the door: command line, pages and the demo."""

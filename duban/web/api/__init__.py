"""接口: what the pages show and do, for other programs, under /api/v1."""

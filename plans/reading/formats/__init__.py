"""One module a format. Each turns bytes into blocks (paragraphs and grids) and raises Unreadable when it cannot."""

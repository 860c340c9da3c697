"""A notebook's part in a live room: what it sends and hears, and that it never waits for either."""

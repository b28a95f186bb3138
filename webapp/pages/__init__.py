"""What the screens show, read from the database alone: lists, counts, one order, Logs. No page calls a service."""

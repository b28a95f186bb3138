"""What the screens show, read from the database alone: lists, counts, one order, Logs; and what is done with several
orders at once. No page calls a service."""

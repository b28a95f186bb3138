"""Work by the clock: every job and interval in `scheduler.py`."""

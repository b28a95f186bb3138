"""What keeps an installation healthy: backups, cleaning, alerts, metrics, the night's work, a change of key."""

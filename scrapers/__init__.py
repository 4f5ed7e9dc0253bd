"""What the outside says: no SQL, no schedule, no opinion, and no import of `sync` or `models`."""

"""What we do with what the outside says: when, whether to believe it, what changed, who is told."""

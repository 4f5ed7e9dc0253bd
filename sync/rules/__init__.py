"""Rules: small pure functions from a difference and settings to changes. No SQL, no network."""

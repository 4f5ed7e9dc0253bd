"""What takes too long for every run: collected with DVCQG_LONG=1 only."""

"""Tests in a real Chromium; without one they fail and say how to get it."""

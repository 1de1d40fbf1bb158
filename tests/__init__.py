"""Tests, mirroring the modules; see README.md here."""

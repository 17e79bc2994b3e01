"""Tests of briefs and of the public export."""

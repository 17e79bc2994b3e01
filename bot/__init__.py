"""Kauli, the union bot for the people who train AI."""

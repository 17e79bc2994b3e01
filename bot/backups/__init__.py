"""Backups: what members are and what was decided, never what is being said; and the way back from them."""

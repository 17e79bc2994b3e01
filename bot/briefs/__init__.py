"""Bargaining briefs: what the releases say of one employer, on a page for the negotiating table; and the public export."""

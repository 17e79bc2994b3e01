"""Bargaining briefs: one employer's released figures on a page for the negotiating table; and the public export."""

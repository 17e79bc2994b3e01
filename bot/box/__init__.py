"""The box: who has taken part in an open ballot or period, and what was said, kept so that nothing joins the two."""

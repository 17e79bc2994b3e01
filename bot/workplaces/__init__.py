"""Workplaces: the countries, employers and kinds of work that a pay report can name."""

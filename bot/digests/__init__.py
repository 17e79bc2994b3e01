"""The digest that every member gets at the hour of their choice."""

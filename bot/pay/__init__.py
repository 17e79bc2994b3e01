"""Pay: how amounts are read, what an hour really brings, and the few figures that are published."""

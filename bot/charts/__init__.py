"""Charts: figures at a glance, drawn by a process of its own, so that the bot's stays small and never waits."""

"""Everything that is sent without being asked for: the outbox, its pace and its sender."""

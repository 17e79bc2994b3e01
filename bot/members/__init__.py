"""Who is in the union: joining, roles, probation, wishes."""

"""A member's own record of work and pay, which only their code opens."""

"""The master key: where it lives, how it comes onto paper and back, and how everything moves to a new one."""

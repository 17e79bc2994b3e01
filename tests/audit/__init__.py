"""The audit: the attacks of anonymity.md against the running program, by anyone, with one command (`make audit`)."""

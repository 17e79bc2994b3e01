"""The conversation about pay: the report (/pay), what it comes to in words, and the published figures (/stats)."""

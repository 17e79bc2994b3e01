"""Ballots: questions put to an electorate, voted in secret, counted when they close."""

"""What the ticker wakes: open and close ballots, release pay figures, queue digests, tell people what was lost.

What is due stands in rows with a time; a job reads due rows and skips what is no longer wanted, so that a restart at
any moment only means that the next tick finishes the work.
"""

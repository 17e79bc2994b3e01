"""What can go wrong with a brief or an export."""


class BriefError(Exception):
    """A brief or an export cannot be made or read; the message names what is wrong and the mend."""

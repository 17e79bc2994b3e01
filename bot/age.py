"""Backups are encrypted to an age key (age-encryption.org) whose secret half is kept on paper, away from the server."""

import pyrage


class AgeError(Exception):
    """An age key or an encrypted file does not fit; the text says the mend and shows no key."""


def encrypt(plain: bytes, recipient: str) -> bytes:
    """Encrypts to a recipient, `age1...`. Raises AgeError when that is none."""
    try:
        return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient.strip())]))
    except pyrage.RecipientError:
        raise AgeError(
            "KAULI_BACKUP_RECIPIENT is not an age recipient: copy the line `age1...` that `kauli backup-key` printed"
        ) from None


def decrypt(sealed: bytes, identity: str) -> bytes:
    """Decrypts with an identity, `AGE-SECRET-KEY-1...`. Raises AgeError when it does not fit or the file is damaged."""
    lines = [line.strip() for line in identity.splitlines() if line.strip().upper().startswith("AGE-SECRET-KEY-")]
    if len(lines) != 1:
        raise AgeError("the identity has no line AGE-SECRET-KEY-1...: give the one that `kauli backup-key` printed")
    try:
        return bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(lines[0].upper())]))
    except pyrage.IdentityError:
        raise AgeError("the identity is mistyped: compare it with the paper, letter by letter") from None
    except pyrage.DecryptError as error:
        raise AgeError(reason(sealed, str(error))) from None


def reason(sealed: bytes, said: str) -> str:
    """Tells a key that does not fit from a file that is damaged."""
    if sealed.startswith(b"age-encryption.org/v1\n") and "No matching keys" in said:
        return "this identity does not open this backup: use the one whose recipient it was encrypted to"
    return "the backup is damaged or not one of ours: take another one"


def new_identity() -> tuple[str, str]:
    """Makes a key pair and gives its secret half, for paper, and its recipient, for the settings."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())

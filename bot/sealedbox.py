"""Sealing to a key whose private half the program does not hold: whoever runs it can add, and cannot read.

HPKE in base mode (RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM), a fresh ephemeral key for each
value. The private half is wrapped by a code that its owner alone has.

The code holds 94 random bits, so that no cost of Argon2id is needed to make guessing hopeless. The cost is the one that
the OWASP Password Storage Cheat Sheet names for machines with little memory (19 MiB, two passes, one lane): 30 ms and
19 MiB on one core, where the vault's would take 220 ms and 64 MiB for every code that somebody types.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from bot.vault import NONCE, SALT, TAG, Cost, Unreadable, unwrap, wrap

KEY = 32  # bytes
OVERHEAD = KEY + TAG  # bytes that sealing adds: the ephemeral public key and the tag
COST: Cost = (2, 1, 19 * 1024)
WRAPPED = 12 + SALT + NONCE + KEY + TAG  # bytes of a wrapped private half
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
BOUND = b"kauli/1/sealedbox"


def new_pair(code: str) -> tuple[bytes, bytes]:
    """Makes a pair of keys and gives the public half and the private one, wrapped by the code. Takes 30 ms."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return public, wrap(private.private_bytes_raw(), code, COST, BOUND + public)


def unlock(public: bytes, wrapped: bytes, code: str) -> bytes:
    """Gives the private half. Raises Unreadable for a wrong code. Takes 30 ms and 19 MiB."""
    return unwrap(wrapped, code, BOUND + public)


def seal_to(public: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Seals a value that only the private half opens, bound to its place. Takes 0.1 ms."""
    return SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), BOUND + bound_to)


def open_sealed(private: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Opens what `seal_to` gave. Raises Unreadable when it was altered, moved or sealed to another key."""
    try:
        return SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), BOUND + bound_to)
    except (InvalidTag, ValueError):
        raise Unreadable("a sealed value does not open: it was altered, moved, or is another key's") from None

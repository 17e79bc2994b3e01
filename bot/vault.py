"""Keys, pseudonyms and sealing: the only place that imports cryptography.

One master key in a file of its own derives every long-lived key. The keys of a ballot or a pay period are random files,
never derived, because a derived key cannot be destroyed while the master lives.
"""

import hmac
import os
import secrets
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
TAG = 16
UNFINISHED = ".new"
MASTER, SALT = 32, 16  # bytes
PASSES, LANES, MEMORY = 3, 4, 64 * 1024  # of Argon2id; memory in KiB
Cost = tuple[int, int, int]  # passes, lanes, memory in KiB
COST: Cost = (PASSES, LANES, MEMORY)
MOST = 16  # times the cost we write: an altered file must not keep a start busy for years
WRAPPED = b"kauli/1/master"


class VaultError(Exception):
    """A key is missing or does not fit; the text names the file and the mend, never a key."""


class Unreadable(Exception):
    """A sealed value does not open under this key: it was altered, or sealed under another key."""


class Vault:
    """Holds the keys of one installation and gives pseudonyms and sealed values, so that no other module sees a key."""

    def __init__(self, folder: Path, master: bytes) -> None:
        self.folder = folder
        self._master = master
        self._derived: dict[str, bytes] = {}

    @classmethod
    def unlock(cls, folder: Path, *, fresh: bool) -> "Vault":
        """Reads the master key from its file, or makes one on a `fresh` installation (no data yet).

        Raises VaultError when data exists but its key does not: a new key would make all of it unreadable.
        """
        path = master_file(folder)
        if not path.exists():
            if not fresh:
                raise VaultError(
                    f"{path} is missing but there is data: put back the keys folder that belongs to this data, "
                    "point KAULI_KEYS_DIR at it, or write the key anew from paper: `kauli keys recover`"
                )
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_key(path, new_master())
        return cls(folder, whole_master(path.read_bytes(), str(path)))

    def master(self) -> bytes:
        """Gives the master key itself, for paper and for its file only."""
        return self._master

    def carried(self, new: "Vault", purpose: str, sealed: bytes, bound_to: bytes, then: bytes | None = None) -> bytes:
        """Seals anew under another vault what this one sealed, in the same size; `then` is its row's new key."""
        plain = self.open(purpose, sealed, bound_to)
        return new.seal(purpose, plain, bound_to if then is None else then, len(sealed) - NONCE - TAG)

    def fingerprint(self) -> str:
        """Gives eight letters by which paper and installation are compared; they tell nothing of the key."""
        return self.keyed("fingerprint").hex()[:8]

    def lookup(self, telegram_id: int) -> bytes:
        """Gives the 16-byte pseudonym under which a person's rows stand in the people store."""
        return self.keyed("lookup", str(telegram_id).encode())

    def keyed(self, purpose: str, *parts: bytes) -> bytes:
        """Gives a 16-byte keyed hash of `parts`; without the master nobody can test a guess (privacy.md 3.8)."""
        return keyed_hash(self._key(purpose), *parts)

    def seal(self, purpose: str, plain: bytes, bound_to: bytes, size: int) -> bytes:
        """Encrypts `plain` padded to `size` bytes, so that neither content nor length shows; bound to its row."""
        return seal_with(self._key(purpose), pad(plain, size), bound_to)

    def open(self, purpose: str, sealed: bytes, bound_to: bytes) -> bytes:
        """Opens what `seal` gave. Raises Unreadable when it was altered or belongs to another row."""
        return unpad(open_with(self._key(purpose), sealed, bound_to))

    def make_key(self, name: str) -> bytes:
        """Writes a new random key file `name`, safely on disk when this returns, and gives the key."""
        key = secrets.token_bytes(32)
        write_key(self._file(name), key)
        return key

    def key(self, name: str) -> bytes:
        """Reads the key file `name`. Raises VaultError when it is gone."""
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError:
            raise VaultError(f"the key file {self._file(name)} is missing") from None

    def has_key(self, name: str) -> bool:
        """Says whether the key file `name` is there."""
        return self._file(name).exists()

    def destroy_key(self, name: str) -> None:
        """Overwrites and removes the key file `name`: what was sealed under it can never be read again.

        Complete on plain file systems; best effort on SSDs and copy-on-write ones (privacy.md 4.2).
        """
        destroy_file(self._file(name))

    def sign(self, name: str, message: bytes) -> tuple[bytes, bytes]:
        """Signs with Ed25519 (RFC 8032) under the key file `name`; gives public key and signature.

        The same message always gets the same signature. Raises VaultError when the key is gone.
        """
        private = Ed25519PrivateKey.from_private_bytes(self.key(name))
        return private.public_key().public_bytes_raw(), private.sign(message)

    def key_names(self, prefix: str) -> Iterator[str]:
        """Lists the key files whose name begins with `prefix`, for recovery after a crash."""
        return (path.stem for path in sorted(self.folder.glob(f"{prefix}*.key")))

    def sweep(self) -> None:
        """Removes what a crash left of key files that were never finished; nothing was sealed under them."""
        for path in self.folder.glob(f"*{UNFINISHED}"):
            destroy_file(path)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._derived:
            derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kauli/1/" + purpose.encode())
            self._derived[purpose] = derive.derive(self._master)
        return self._derived[purpose]


def master_file(folder: Path) -> Path:
    """Names the file of the master key."""
    return folder / "master.key"


def new_master() -> bytes:
    """Makes a master key."""
    return secrets.token_bytes(MASTER)


def whole_master(master: bytes, place: str) -> bytes:
    """Gives a master key that has the size of one. Raises VaultError with the place it came from."""
    if len(master) != MASTER:
        raise VaultError(f"{place} is damaged ({MASTER} bytes expected): put back your copy of it")
    return master


def wrap(key: bytes, passphrase: str, cost: Cost = COST, bound_to: bytes = WRAPPED) -> bytes:
    """Seals a key, the master where nothing else is said, under a passphrase: Argon2id, its cost and salt in front.

    The cost is the second recommendation of RFC 9106, section 4, for machines with little memory: three passes over
    64 MiB in four lanes, which a server with 1 GB can afford at a start.
    """
    salt = secrets.token_bytes(SALT)
    written = b"".join(number.to_bytes(4, "big") for number in cost)
    return written + salt + seal_with(stretch(passphrase, salt, *cost), key, bound_to)


def unwrap(wrapped: bytes, passphrase: str, bound_to: bytes = WRAPPED) -> bytes:
    """Opens what `wrap` gave. Raises Unreadable for a wrong passphrase or an altered file."""
    passes, lanes, memory = (int.from_bytes(wrapped[at : at + 4], "big") for at in (0, 4, 8))
    salt, sealed = wrapped[12 : 12 + SALT], wrapped[12 + SALT :]
    try:
        key = stretch(passphrase, salt, passes, lanes, memory)
    except (ValueError, MemoryError):
        raise Unreadable("the wrapped key is damaged") from None
    return open_with(key, sealed, bound_to)


def stretch(passphrase: str, salt: bytes, passes: int, lanes: int, memory: int) -> bytes:
    """Gives 32 bytes of Argon2id; `memory` in KiB. The same passphrase typed on another keyboard gives the same."""
    if passes > MOST * PASSES or lanes > MOST * LANES or memory > MOST * MEMORY:
        raise ValueError("no such cost was ever written")
    said = unicodedata.normalize("NFKC", passphrase).encode()
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(said)


def signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Says whether a signature of Ed25519 over a message is that of a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def keyed_hash(key: bytes, *parts: bytes) -> bytes:
    """Gives 16 bytes of HMAC-SHA256 over length-prefixed parts, so that no two lists of parts meet."""
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key, message, "sha256")[:16]


def commitment(salt: bytes, members: list[bytes]) -> str:
    """Gives a salted SHA-256 over a sorted list: published at opening, it pins an electorate without naming it."""
    return sha256(salt + b"".join(sorted(members))).hexdigest()


def seal_with(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Encrypts with AES-256-GCM under a fresh nonce, bound to `bound_to`; the nonce stands in front."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def open_with(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Opens what `seal_with` gave. Raises Unreadable."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise Unreadable(
            "a sealed value does not open: it was altered, or the keys are not those of this data"
        ) from None


def pad(plain: bytes, size: int) -> bytes:
    """Prefixes the length and fills with zeros to `size`. Raises ValueError when it does not fit."""
    if len(plain) > size - 4:
        raise ValueError(f"{len(plain)} bytes do not fit a record of {size}")
    return len(plain).to_bytes(4, "big") + plain.ljust(size - 4, b"\0")


def tier(length: int) -> int:
    """Gives the size to pad to where one size for all would be wasteful: 4 KiB, or the next power of two."""
    return max(4096, 1 << (length + 3).bit_length())


def unpad(padded: bytes) -> bytes:
    """Gives back what `pad` was given."""
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]


def write_key(path: Path, key: bytes) -> None:
    """Writes a key file with mode 0600 and waits until file and folder are on disk.

    It gets its name when it is whole: a crash in between must not leave an empty file that would be taken for a key.
    Raises FileExistsError rather than replacing a key.
    """
    if path.exists():
        raise FileExistsError(path)
    unfinished = path.with_suffix(UNFINISHED)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(unfinished, path)
    sync_folder(path.parent)


def destroy_file(path: Path) -> None:
    """Overwrites and removes a file, when it is there."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Waits until the entries of a folder are on disk, so that a new or removed file survives a power cut as such."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Where the master key lives: in a file, in a file sealed under a passphrase, or with systemd.

A rotation writes the next key beside the current one; which of the two opens the data decides which one stays.
"""

import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings
from bot.vault import (
    COST,
    Cost,
    Unreadable,
    Vault,
    VaultError,
    destroy_file,
    master_file,
    new_master,
    sync_folder,
    unwrap,
    whole_master,
    wrap,
    write_key,
)

CREDENTIAL = "kauli-master"
SHORTEST = 12  # characters of a passphrase; six random words are better
WRONG = "the passphrase does not open the master key: try again, or write the key anew with `kauli keys recover`"


@dataclass(frozen=True)
class Custody:
    """How this installation keeps its master key; `passphrase` is asked only where one is needed.

    A passphrase is stretched at `cost`, which stands in the file and is read from there.
    """

    kind: str
    folder: Path
    passphrase: Callable[[], str]
    cost: Cost = COST

    @property
    def current(self) -> Path:
        """Names the file that holds the master key."""
        if self.kind == "credential":
            return credential()
        return self.folder / "master.sealed" if self.kind == "passphrase" else master_file(self.folder)

    @property
    def coming(self) -> Path:
        """Names the file of the next master key during a rotation."""
        return self.folder / ("master.next.sealed" if self.kind == "passphrase" else "master.next.key")

    def unlock(self, *, fresh: bool) -> Vault:
        """Gives the vault; on a `fresh` installation a plain file is made by itself. Raises VaultError."""
        if self.kind == "file":
            return Vault.unlock(self.folder, fresh=fresh)
        if self.current.exists():
            return Vault(self.folder, self.read(self.current))
        if self.kind == "credential":
            raise VaultError(
                f"systemd handed over no credential {CREDENTIAL}: start the bot by a unit with LoadCredentialEncrypted="
            )
        mend = "make it with `kauli keys init`" if fresh else "put it back, or write it anew: `kauli keys recover`"
        raise VaultError(f"{self.current} is missing: {mend}")

    def read(self, path: Path) -> bytes:
        """Reads a master key from its file. Raises VaultError for a damaged one and for a wrong passphrase."""
        content = path.read_bytes()
        if self.kind != "passphrase":
            return whole_master(content, str(path))
        try:
            return whole_master(unwrap(content, self.passphrase()), str(path))
        except Unreadable:
            raise VaultError(WRONG) from None

    def write(self, path: Path, master: bytes) -> None:
        """Writes a master key to a file that is not there yet."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sealed = self.kind == "passphrase"
        write_key(path, wrap(master, long_enough(self.passphrase()), self.cost) if sealed else master)

    def make(self) -> Vault:
        """Makes the master key of a new installation. Raises VaultError when there is one."""
        return self.take(new_master())

    def take(self, master: bytes, *, proven: bool = False) -> Vault:
        """Takes a master key, new or from paper; one `proven` by the data replaces what stands in its place.

        Else a passphrase that was forgotten could not be replaced. Raises VaultError when another key is there.
        """
        if self.kind == "credential":
            raise VaultError("with systemd the key is encrypted by systemd-creds: see docs/OPERATING.md, Keys")
        if not proven and self.current.exists() and self.read(self.current) != master:
            raise VaultError(f"{self.current} holds another key: move it away first if it is not this data's")
        if not self.holds(master):
            self.replace(master)
        for other in self.elsewhere():
            destroy_file(other)
        return Vault(self.folder, master)

    def holds(self, master: bytes) -> bool:
        """Says whether this very key is in its place, and can be read."""
        try:
            return self.current.exists() and self.read(self.current) == master
        except VaultError:
            return False

    def replace(self, master: bytes) -> None:
        """Writes a key into its place; what stood there is destroyed only when the new file is whole on disk."""
        beside = self.current.with_suffix(".recovered")
        destroy_file(beside)
        self.write(beside, master)
        destroy_file(self.current)
        os.rename(beside, self.current)
        sync_folder(self.folder)

    def elsewhere(self) -> list[Path]:
        """Lists files that keep a master key in a form that is not in use: beside a plain file a passphrase is none."""
        forms = (master_file(self.folder), self.folder / "master.sealed")
        return [path for path in forms if path != self.current and path.exists()]

    def move_on(self) -> None:
        """Ends a rotation that was committed: the old key is destroyed and the next one takes its name."""
        destroy_file(self.current)
        os.rename(self.coming, self.current)
        sync_folder(self.folder)


def custody_of(settings: Settings, *, twice: bool = False) -> Custody:
    """Gives the custody that the settings ask for; a new passphrase is asked `twice`."""
    asked: list[str] = []

    def passphrase() -> str:
        if not asked:
            asked.append(read_passphrase(settings.passphrase_file, twice=twice))
        return asked[0]

    return Custody(settings.master_key, settings.keys_dir, passphrase)


def read_passphrase(path: Path | None, *, twice: bool) -> str:
    """Reads the passphrase from a file, or asks on the terminal without showing it. Raises VaultError."""
    if path is not None:
        try:
            return path.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError):
            raise VaultError(f"KAULI_PASSPHRASE_FILE: {path} cannot be read by this user") from None
    if not sys.stdin.isatty():
        raise VaultError("the passphrase cannot be asked without a terminal: set KAULI_PASSPHRASE_FILE")
    said = getpass.getpass("Passphrase of the master key: ")
    if twice and said != getpass.getpass("Once more: "):
        raise VaultError("the two passphrases differ: begin again")
    return said


def long_enough(passphrase: str) -> str:
    """Gives a passphrase that is worth stretching. Raises VaultError for a short one."""
    if len(passphrase) < SHORTEST:
        raise VaultError(f"the passphrase is too short: take {SHORTEST} or more characters, best six random words")
    return passphrase


def credential() -> Path:
    """Names the file in which systemd hands over the key (systemd.exec, LoadCredentialEncrypted=)."""
    return Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nonexistent")) / CREDENTIAL

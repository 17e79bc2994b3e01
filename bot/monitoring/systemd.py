"""Word to the service manager, where there is one: a datagram to the socket it names (sd_notify(3))."""

import os
import socket
from collections.abc import Mapping

STATUS = {
    "starting": "STATUS=starting",
    "standby": "READY=1\nSTATUS=standing by: another process is active",
    "active": "READY=1\nSTATUS=active",
    "stopping": "STOPPING=1\nSTATUS=stopping",
}
ALIVE = "WATCHDOG=1"


class Manager:
    """Tells systemd how the program is; says nothing where nobody listens."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._path = environment.get("NOTIFY_SOCKET", "")
        self.patience = patience(environment)

    def tell(self, words: str) -> None:
        """Sends a word; that nobody takes it is no reason to fail."""
        if not self._path:
            return
        address = "\0" + self._path[1:] if self._path.startswith("@") else self._path
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            try:
                line.sendto(words.encode(), socket.MSG_DONTWAIT, address)
            except OSError:
                return


def patience(environment: Mapping[str, str]) -> float:
    """Gives the seconds after which systemd starts us anew when it hears nothing; 0 where it does not watch."""
    said = environment.get("WATCHDOG_USEC", "")
    ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(said) / 1_000_000 if ours and said.isdecimal() else 0.0

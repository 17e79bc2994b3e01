"""Opens a port, and names the setting when that cannot be."""

import errno

from aiohttp import web

from bot.settings import SettingsError

MENDS = {
    errno.EADDRINUSE: "is taken by another program: choose another port, or stop that program",
    errno.EACCES: "may not be opened by this user: choose a port from 1024 on",
    errno.EADDRNOTAVAIL: "is no address of this machine: give 127.0.0.1 and a port",
}


async def listen(runner: web.AppRunner, place: str, setting: str) -> None:
    """Serves at host:port. Raises SettingsError when the port cannot be opened."""
    host, _, port = place.rpartition(":")
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError as error:
        mend = MENDS.get(error.errno or 0, "cannot be opened: give 127.0.0.1 and a port")
        raise SettingsError(f"{setting}: {place} {mend}") from None

"""The demo: the real bot against a simulated Telegram on this machine, with people to play."""

import asyncio
import tempfile
from pathlib import Path

from bot.app import App
from bot.sample import fill, on_stage
from bot.settings import SettingsError, load
from bot.simulator import Simulator

OWNER = 5_000_001
PEOPLE = (
    (OWNER, "Wanjiru", "en"),
    (OWNER + 1, "Juma", "sw"),
    (OWNER + 2, "Amina", "sw"),
    (OWNER + 3, "Kwame", "en"),
)
TOKEN = "123456:" + "DEMO" * 9


class DemoError(SettingsError):
    """The demo cannot start; the text is one line with the mend."""


class Demo:
    """A running demo. Wanjiru is the owner: she becomes the administrator when she first writes."""

    def __init__(self, port: int, folder: Path | None) -> None:
        self.port = port
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="kauli-demo-")
        self.folder = folder or Path(self._temporary.name if self._temporary else "")
        self.simulator = Simulator(port=port, on_sample=self.load_sample)

    @property
    def url(self) -> str:
        """Gives the address of the chat page."""
        return self.simulator.url

    async def start(self) -> None:
        """Starts the simulator, then the bot. Raises DemoError for a busy port."""
        try:
            await self.simulator.start()
        except OSError:
            mend = f"choose another with `make demo PORT={self.port + 1}` or `kauli demo --port {self.port + 1}`"
            raise DemoError(f"port {self.port} is busy: {mend}") from None
        for telegram_id, name, language in PEOPLE:
            self.simulator.add_person(name, language_code=language, id=telegram_id)
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        self.app = App(load(self._settings()))
        await self.app.start()

    def _settings(self) -> dict[str, str]:
        return {
            "KAULI_BOT_TOKEN": TOKEN,
            "KAULI_API_URL": self.url,
            "KAULI_CLOCK_URL": f"{self.url}/clock",
            "KAULI_DATA_DIR": str(self.folder / "data"),
            "KAULI_KEYS_DIR": str(self.folder / "keys"),
            "KAULI_OWNER_IDS": str(OWNER),
        }

    async def load_sample(self) -> None:
        """Fills the union with invented people, a ballot, a decided one and pay figures; harmless when repeated."""
        for person in on_stage():  # first, so that they have a phone when the first letter goes out
            self.simulator.add_person(person.name, language_code=person.locale, id=person.telegram_id, started=True)
        async with self.app.quiet:  # else what is due would be done of a union that is half there
            await fill(self.app.office)
        self.simulator.control.sampled = True
        await self.app.tick()

    async def serve(self, stopped: asyncio.Event) -> None:
        """Serves until `stopped` is set, then ends everything."""
        await self.app.serve(stopped)
        await self._clear()

    async def stop(self) -> None:
        """Ends the bot and the simulator."""
        await self.app.stop()
        await self._clear()

    async def _clear(self) -> None:
        await self.simulator.stop()
        if self._temporary:
            self._temporary.cleanup()

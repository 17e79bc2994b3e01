"""Settings from the environment or a .env file, each fault named in one line with the mend, secrets never shown."""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "KAULI_"
TELEGRAM = "https://api.telegram.org"
TOKEN = re.compile(r"\d{5,12}:[A-Za-z0-9_-]{35}")
SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
FREE_RATE = 30  # messages a second to people who did not just write (Bots FAQ)
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsError(Exception):
    """A setting is wrong; one line per fault: its name, what is wrong, and the mend."""


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True, frozen=True)

    bot_token: SecretStr | None = None
    api_url: str = TELEGRAM
    data_dir: Path = Path("data")
    keys_dir: Path = Path("keys")
    master_key: Literal["file", "passphrase", "credential"] = "file"
    passphrase_file: Path | None = None
    database_url: str | None = Field(None, repr=False)  # may hold a password
    standby: bool = False
    owner_ids: Annotated[tuple[int, ...], NoDecode] = ()
    clock_url: str | None = None
    messages_per_second: int = Field(28, ge=1, le=1000)
    paid_broadcast: bool = False
    webhook_url: str | None = None
    webhook_listen: str = "127.0.0.1:8443"
    webhook_secret: SecretStr | None = None
    health_listen: str | None = None
    log_level: str = "INFO"
    log_format: Literal["plain", "json"] = "plain"
    timezone: str = "Africa/Nairobi"
    default_locale: str = "en"
    backup_recipient: str | None = None
    backup_dir: Path | None = None

    @field_validator("owner_ids", mode="before")
    @classmethod
    def read_ids(cls, said: object) -> object:
        """Reads ids separated by commas."""
        return tuple(part.strip() for part in said.split(",") if part.strip()) if isinstance(said, str) else said

    @field_validator("log_level")
    @classmethod
    def known_level(cls, said: str) -> str:
        """Takes the levels Python knows."""
        if said.upper() not in LEVELS:
            raise ValueError(f"choose one of {', '.join(LEVELS)}")
        return said.upper()

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, said: str) -> str:
        """Takes IANA names only."""
        if said not in available_timezones():
            raise ValueError("give an IANA name such as Africa/Nairobi")
        return said

    @field_validator("api_url", "clock_url", "webhook_url")
    @classmethod
    def whole_address(cls, said: str | None) -> str | None:
        """Takes whole web addresses only: with half of one the program would wait for ever."""
        if said is not None and not is_address(said):
            raise ValueError("give a whole address such as https://host.example")
        return said

    @field_validator("database_url")
    @classmethod
    def known_database(cls, said: str | None) -> str | None:
        """Takes the two databases that are tested."""
        if said is not None and not said.startswith("postgresql+asyncpg://"):
            raise ValueError("give postgresql+asyncpg://user@host/name, or leave it out for SQLite in KAULI_DATA_DIR")
        return said

    @field_validator("webhook_listen")
    @classmethod
    def host_and_port(cls, said: str) -> str:
        """Takes host:port."""
        if not is_place(said):
            raise ValueError("give host:port, for example 127.0.0.1:8443")
        return said

    @field_validator("health_listen")
    @classmethod
    def this_machine(cls, said: str | None) -> str | None:
        """Takes host:port on this machine only: health and figures have no password."""
        if said and not (is_place(said) and loopback(f"http://{said}")):
            raise ValueError("must be on this machine: give 127.0.0.1:8444, and reach it from elsewhere by a tunnel")
        return said or None

    @model_validator(mode="after")
    def fits_together(self) -> "Settings":
        """Checks what depends on one another."""
        for field, what in self.clashes():
            raise ValueError(f"{PREFIX}{field}: {what}")
        return self

    def clashes(self) -> list[tuple[str, str]]:
        """Lists what does not fit together: the setting and the mend."""
        found = []
        if not loopback(self.api_url):
            for field in ("owner_ids", "clock_url"):
                if getattr(self, field):
                    found.append((field.upper(), "is for tests only: unset it, or point KAULI_API_URL at 127.0.0.1"))
        free = loopback(self.api_url) or self.paid_broadcast
        if self.messages_per_second > FREE_RATE and not free:
            what = f"Telegram takes {FREE_RATE} a second without pay: set at most that, or KAULI_PAID_BROADCAST=1"
            found.append(("MESSAGES_PER_SECOND", what))
        if self.bot_token and not loopback(self.api_url) and not TOKEN.fullmatch(self.bot_token.get_secret_value()):
            found.append(("BOT_TOKEN", "does not look like a token: copy it again from @BotFather"))
        if self.clock_url and not loopback(self.clock_url):
            found.append(("CLOCK_URL", "must be on this machine (127.0.0.1)"))
        if self.standby and not self.database_url:
            found.append(("STANDBY", "needs PostgreSQL (KAULI_DATABASE_URL): on SQLite only one process may run"))
        data, keys = self.data_dir.resolve(), self.keys_dir.resolve()
        if data == keys or data in keys.parents or keys in data.parents:
            found.append(("KEYS_DIR", "must lie outside KAULI_DATA_DIR, so that a copy of the data holds no key"))
        return found + (self.webhook_clashes() if self.webhook_url else [])

    def webhook_clashes(self) -> list[tuple[str, str]]:
        """Lists what does not fit a webhook."""
        found = []
        if not (self.webhook_secret and SECRET.fullmatch(self.webhook_secret.get_secret_value())):
            found.append(("WEBHOOK_SECRET", "is needed with KAULI_WEBHOOK_URL: 32 or more of A-Z a-z 0-9 _ -"))
        if self.health_listen == self.webhook_listen:
            found.append(("HEALTH_LISTEN", "is the port of KAULI_WEBHOOK_LISTEN: choose another one"))
        return found

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Takes what `load` gives and nothing else: it has read the environment, and refused what nobody reads."""
        return (init_settings,)

    def token(self) -> str:
        """Gives the bot's token. Raises SettingsError when there is none."""
        if self.bot_token is None or not self.bot_token.get_secret_value():
            raise SettingsError(
                "KAULI_BOT_TOKEN is not set: get a token from @BotFather, or try `kauli demo` without one"
            )
        return self.bot_token.get_secret_value()


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings from the environment (or the mapping given instead) and .env. Raises SettingsError."""
    said = {**dotenv(), **os.environ} if environment is None else dict(environment)
    ours = {name: value for name, value in said.items() if name.startswith(PREFIX)}
    unknown(ours)
    values: dict[str, Any] = {name.removeprefix(PREFIX).lower(): value for name, value in ours.items()}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("; ".join(fault(found["loc"], found["msg"]) for found in error.errors())) from None


def dotenv() -> dict[str, str]:
    """Reads .env in the current folder, when there is one."""
    source = DotEnvSettingsSource(Settings, env_file=".env", env_prefix="")
    return {name.upper(): value for name, value in source.env_vars.items() if value is not None}


def unknown(ours: Mapping[str, str]) -> None:
    """Refuses settings nobody reads, so that a typo does not pass silently. Raises SettingsError."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(set(ours) - known):
        near = difflib.get_close_matches(name, known, n=1)
        raise SettingsError(f"{name} is not a setting" + (f": did you mean {near[0]}?" if near else ": unset it"))


def fault(where: tuple[int | str, ...], what: str) -> str:
    """Says one fault in a line, without the value."""
    words = what.removeprefix("Value error, ")
    return f"{PREFIX}{str(where[0]).upper()}: {words}" if where else words


def is_address(url: str) -> bool:
    """Says whether this is a web address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_place(said: str) -> bool:
    """Says whether this is host:port."""
    host, _, port = said.rpartition(":")
    return bool(host) and port.isdecimal() and 0 <= int(port) < 65536


def loopback(url: str) -> bool:
    """Says whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

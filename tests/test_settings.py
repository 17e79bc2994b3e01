"""Settings: each fault in one line with its name and its mend, and no secret in it."""

import os
import re
from pathlib import Path

import pytest

from bot.settings import SettingsError, load

TOKEN = "123456789:" + "S" * 35
SECRET = "W" * 32
PASSWORD = "pw-38417"
POSTGRES = f"postgresql+asyncpg://kauli:{PASSWORD}@localhost/kauli"
LOCAL = "http://127.0.0.1:8081"


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in a folder without a .env, with nothing set."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("KAULI_")]:
        monkeypatch.delenv(name)


def fault(**said: str) -> str:
    """Gives the line that settings are refused with."""
    with pytest.raises(SettingsError) as caught:
        load({f"KAULI_{name}": value for name, value in said.items()})
    return str(caught.value)


FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "token": ({"BOT_TOKEN": "123:short"}, "KAULI_BOT_TOKEN: .*copy it again from @BotFather"),
    "token in quotes": ({"BOT_TOKEN": f'"{TOKEN}"'}, "KAULI_BOT_TOKEN: .*copy it again from @BotFather"),
    "pace is no number": ({"MESSAGES_PER_SECOND": "fast"}, "KAULI_MESSAGES_PER_SECOND: .*valid integer"),
    "pace is too low": ({"MESSAGES_PER_SECOND": "0"}, "KAULI_MESSAGES_PER_SECOND: .*greater than or equal to 1"),
    "pace is too high": ({"MESSAGES_PER_SECOND": "1001"}, "KAULI_MESSAGES_PER_SECOND: .*less than or equal to 1000"),
    "pace without pay": (
        {"MESSAGES_PER_SECOND": "31"},
        "KAULI_MESSAGES_PER_SECOND: Telegram takes 30 a second without pay: .* or KAULI_PAID_BROADCAST=1",
    ),
    "level": ({"LOG_LEVEL": "loud"}, "KAULI_LOG_LEVEL: choose one of DEBUG, INFO"),
    "zone": ({"TIMEZONE": "Nairobi"}, "KAULI_TIMEZONE: .*such as Africa/Nairobi"),
    "database": ({"DATABASE_URL": f"mysql://kauli:{PASSWORD}@h/n"}, "KAULI_DATABASE_URL: give postgresql\\+asyncpg://"),
    "other driver": ({"DATABASE_URL": POSTGRES.replace("+asyncpg", "")}, "KAULI_DATABASE_URL: give postgresql\\+async"),
    "port": ({"WEBHOOK_LISTEN": "127.0.0.1:web"}, "KAULI_WEBHOOK_LISTEN: give host:port, for example 127"),
    "no host": ({"WEBHOOK_LISTEN": ":8443"}, "KAULI_WEBHOOK_LISTEN: give host:port"),
    "high port": ({"WEBHOOK_LISTEN": "h:65536"}, "KAULI_WEBHOOK_LISTEN: give host:port"),
    "health for all": ({"HEALTH_LISTEN": "0.0.0.0:8444"}, "KAULI_HEALTH_LISTEN: must be on this machine: give 127"),
    "health nowhere": ({"HEALTH_LISTEN": "8444"}, "KAULI_HEALTH_LISTEN: must be on this machine: give 127"),
    "one port for two": (
        {"WEBHOOK_URL": "https://h/x", "WEBHOOK_SECRET": SECRET, "HEALTH_LISTEN": "127.0.0.1:8443"},
        "KAULI_HEALTH_LISTEN: is the port of KAULI_WEBHOOK_LISTEN: choose another",
    ),
    "log format": ({"LOG_FORMAT": "xml"}, "KAULI_LOG_FORMAT: .*'plain' or 'json'"),
    "no secret": ({"WEBHOOK_URL": "https://h/x"}, "KAULI_WEBHOOK_SECRET: .*32 or more of A-Z"),
    "short": ({"WEBHOOK_URL": "https://h/x", "WEBHOOK_SECRET": SECRET[1:]}, "KAULI_WEBHOOK_SECRET: .*32 or more"),
    "signs": ({"WEBHOOK_URL": "https://h/x", "WEBHOOK_SECRET": SECRET + "!"}, "KAULI_WEBHOOK_SECRET: .*32 or more"),
    "owners": ({"OWNER_IDS": "1,2"}, "KAULI_OWNER_IDS: is for tests only: unset it, or point KAULI_API_URL"),
    "clock": ({"CLOCK_URL": LOCAL}, "KAULI_CLOCK_URL: is for tests only: unset it"),
    "far clock": ({"API_URL": LOCAL, "CLOCK_URL": "http://10.0.0.1"}, "KAULI_CLOCK_URL: must be on this machine"),
    "owner is a name": ({"API_URL": LOCAL, "OWNER_IDS": "1,@ana"}, "KAULI_OWNER_IDS: .*valid integer"),
    "keys in data": ({"DATA_DIR": "d", "KEYS_DIR": "d/keys"}, "KAULI_KEYS_DIR: must lie outside KAULI_DATA_DIR"),
    "data in keys": ({"DATA_DIR": "k/data", "KEYS_DIR": "k"}, "KAULI_KEYS_DIR: must lie outside KAULI_DATA_DIR"),
    "the same": ({"DATA_DIR": "d", "KEYS_DIR": "x/../d"}, "KAULI_KEYS_DIR: must lie outside KAULI_DATA_DIR"),
    "typo": ({"BOT_TOKKEN": TOKEN}, "KAULI_BOT_TOKKEN is not a setting: did you mean KAULI_BOT_TOKEN\\?"),
    "unknown": ({"ZZZZZZZZZZ": "1"}, "KAULI_ZZZZZZZZZZ is not a setting: unset it"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_line_with_the_mend_and_no_value(name: str) -> None:
    said, wanted = FAULTS[name]
    line = fault(**said)
    assert re.fullmatch(wanted + ".*", line), line
    secrets = {PASSWORD, "pw-", "SSSS", "WWWW", "123:short", "loud", "@ana"}
    assert not [secret for secret in secrets if secret in line]


def test_several_faults_are_all_named() -> None:
    line = fault(LOG_LEVEL="loud", TIMEZONE="Nairobi")
    assert "KAULI_LOG_LEVEL" in line and "KAULI_TIMEZONE" in line and "\n" not in line


def test_a_link_does_not_hide_that_the_keys_lie_inside_the_data(tmp_path: Path) -> None:
    (tmp_path / "data" / "inner").mkdir(parents=True)
    (tmp_path / "elsewhere").symlink_to(tmp_path / "data" / "inner")
    assert "KAULI_KEYS_DIR" in fault(DATA_DIR="data", KEYS_DIR="elsewhere")


@pytest.mark.parametrize("url", [LOCAL, "http://localhost:1", "http://[::1]:1", "http://127.9.9.9"])
def test_owners_and_a_clock_go_with_an_api_on_this_machine(url: str) -> None:
    said = load({"KAULI_API_URL": url, "KAULI_OWNER_IDS": " 7, 8 ,", "KAULI_CLOCK_URL": url, "KAULI_BOT_TOKEN": "1:x"})
    assert said.owner_ids == (7, 8) and said.token() == "1:x"


@pytest.mark.parametrize("url", ["https://127.0.0.1.example.org", "https://localhost.example.org", "https://[::2]"])
def test_an_api_that_only_looks_local_is_not(url: str) -> None:
    assert "tests only" in fault(API_URL=url, OWNER_IDS="7")


@pytest.mark.parametrize("url", ["api.telegram.org", "ftp://api.telegram.org", "https://", "http://[::1"])
def test_an_api_url_that_is_no_address_is_named(url: str) -> None:
    """Otherwise the program waits for ever for a Telegram that cannot be reached."""
    assert fault(API_URL=url).startswith("KAULI_API_URL: ")


def test_without_a_token_the_mend_is_said() -> None:
    for said in ({}, {"KAULI_BOT_TOKEN": ""}):
        with pytest.raises(SettingsError, match=r"KAULI_BOT_TOKEN is not set: .*@BotFather.*kauli demo"):
            load(said).token()


def test_no_secret_is_shown_by_the_settings_themselves() -> None:
    said = {"KAULI_BOT_TOKEN": TOKEN, "KAULI_WEBHOOK_SECRET": SECRET, "KAULI_DATABASE_URL": POSTGRES}
    settings = load(said)
    assert settings.token() == TOKEN and settings.database_url == POSTGRES
    shown = f"{settings!r} {settings}"
    assert not [secret for secret in (TOKEN, SECRET, PASSWORD) if secret in shown]


def test_a_dotenv_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"KAULI_BOT_TOKEN='{TOKEN}'", "KAULI_LOG_LEVEL=debug", "KAULI_TIMEZONE=Asia/Manila", "OTHER=1"]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("KAULI_TIMEZONE", "Africa/Kampala")
    settings = load()
    assert (settings.token(), settings.log_level, settings.timezone) == (TOKEN, "DEBUG", "Africa/Kampala")


def test_a_typo_in_a_dotenv_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KAULI_TIMEZON=Asia/Manila\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="did you mean KAULI_TIMEZONE"):
        load()


def test_settings_that_are_given_stand_in_for_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAULI_LOG_LEVEL", "DEBUG")
    (tmp_path / ".env").write_text("KAULI_LOG_LEVEL=ERROR\n", encoding="utf-8")
    assert load({}).log_level == "INFO"

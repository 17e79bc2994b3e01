"""The samples an operator copies: they name what is there, and keep what they promise."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.chat.ingress import BODY_MOST
from bot.checks import WANTED
from bot.settings import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "docs" / "deploy"
SETTINGS = {f"KAULI_{name.upper()}" for name in Settings.model_fields}
UNITS = ("kauli.service", "kauli-backup.service", "kauli-backup.timer")


def read(name: str) -> str:
    """Reads a sample."""
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_every_setting_that_is_named_exists_and_every_one_is_in_the_table() -> None:
    guide = (ROOT / "docs" / "OPERATING.md").read_text(encoding="utf-8")
    said = "\n".join([guide, (ROOT / "README.md").read_text(), *(path.read_text() for path in DEPLOY.iterdir())])
    assert set(re.findall(r"KAULI_[A-Z_]+[A-Z]", said)) <= SETTINGS
    table = {
        name for line in guide.splitlines() if line.startswith("| `KAULI_") for name in re.findall(r"KAULI_\w+", line)
    }
    assert table == SETTINGS


def test_what_postgresql_is_given_is_what_the_doctor_wants() -> None:
    given = dict(re.findall(r'"-c(\w+)=([\w-]+)"', read("compose.yaml")))
    assert all(given[name] in wanted for name, wanted in WANTED.items() if name in given)
    assert set(WANTED) - set(given) == {"logical replication slots"}


def test_a_proxy_logs_nothing_and_keeps_bodies_in_memory() -> None:
    nginx = re.sub(r"\s+", " ", re.sub(r"#.*", "", read("nginx.conf")))
    assert "access_log off;" in nginx and re.search(r"error_log \S+ emerg;", nginx)
    size = f"{BODY_MOST >> 10}k"
    assert f"client_max_body_size {size};" in nginx and f"client_body_buffer_size {size};" in nginx
    assert nginx.count("proxy_pass") == 1 and "location = /telegram { limit_except POST { deny all; }" in nginx
    caddy = read("Caddyfile")
    assert "exclude http" in caddy and f"max_size {BODY_MOST >> 10}KiB" in caddy and "method POST" in caddy


def test_the_backup_is_as_hardened_as_the_bot() -> None:
    def hardening(name: str) -> str:
        return read(name).partition("LimitCORE")[2].partition("[Install]")[0].strip()

    assert hardening("kauli.service") == hardening("kauli-backup.service") != ""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        (tmp_path / name).write_text(read(name).replace("/srv/kauli/.venv/bin/python", "/bin/true"))
    command = ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "kauli" in line]) == (0, [])

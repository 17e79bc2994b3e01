"""The environment of the libraries we are compared with: pinned versions, in a cache folder outside the checkout."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

VERSIONS = (
    "aiogram==3.31.0",
    "python-telegram-bot[rate-limiter]==22.8",
    "SQLAlchemy[asyncio]==2.1.9",
    "aiosqlite==0.22.1",
    "cryptography==50.0.2",
)


def rivals_python() -> Path:
    """Gives the Python of that environment, which is made when it is missing (half a minute, and the network)."""
    wanted = "\n".join((sys.version, *VERSIONS))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kauli-bench"
    folder = cache / f"rivals-{sha256(wanted.encode()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"making the environment of the other libraries: {', '.join(VERSIONS)}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *VERSIONS], check=True)
        (folder / "complete").touch()
    return python

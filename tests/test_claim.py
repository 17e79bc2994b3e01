"""In real life nobody is an owner by setting: the first administrator claims the bot with the code from the console."""

import re
from pathlib import Path

from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import make_settings
from tests.program import launch


async def test_the_code_from_the_console_makes_the_first_administrator_once(
    cast: Cast, simulator: Simulator, tmp_path: Path
) -> None:
    settings = {name: str(value) for name, value in make_settings(simulator.url, tmp_path, None).items()}
    del settings["KAULI_OWNER_IDS"]
    program = await launch(settings)
    found = re.search(r"/claim (\w+)", await program.ready())
    assert found
    ana, juma = await cast.person("Ana"), await cast.person("Juma")
    await ana.says("/claim wrong")
    await ana.sees_new("This code does not fit")
    await ana.says(f"/claim {found[1]}")
    await ana.presses("English")
    await ana.presses("I agree")
    await ana.sees_new("You are an administrator of this union")
    await juma.says(f"/claim {found[1]}")
    await juma.sees_new("This code does not fit")
    await program.kill()
    again = await launch(settings)
    assert "/claim" not in await again.ready()  # there is an administrator now
    await ana.says("/organize")
    await ana.sees_new("Members: fewer than 10")
    await again.kill()

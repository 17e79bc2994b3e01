"""The chat page in a real browser, against the real bot: join, report pay, put a question to the vote, and vote."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.demo import Demo

pytestmark = pytest.mark.browser
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds; generous, since a slow machine is no failure


@pytest_asyncio.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium found: apt-get install chromium")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


@pytest_asyncio.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    running = Demo(port=0, folder=tmp_path)
    await running.start()
    yield running
    await running.stop()


@pytest_asyncio.fixture
async def page(browser: Browser, demo: Demo) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    opened = await context.new_page()
    opened.set_default_timeout(PATIENCE)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(error.message))
    await opened.goto(demo.url)
    yield opened
    if folder := os.environ.get("KAULI_SCREENSHOTS"):
        await opened.screenshot(path=Path(folder) / "page.png")
    await context.close()
    assert faults == []


def phone(page: Page, number: int) -> Locator:
    """Gives one of the phones on the table."""
    return page.get_by_test_id("phone").nth(number)


async def say(phone: Locator, words: str) -> None:
    """Types a message and presses Enter (Shift+Enter within it)."""
    composer = phone.get_by_test_id("composer")
    await composer.fill(words)
    await composer.press("Enter")


async def tap(phone: Locator, *labels: str) -> None:
    """Presses buttons of the chat one after the other, each as soon as it is there."""
    for label in labels:
        await phone.get_by_test_id("chat").get_by_role("button", name=label, exact=True).last.click()


async def sees(phone: Locator, words: str) -> None:
    """Waits for words in the chat."""
    found = phone.get_by_test_id("chat").get_by_text(words).last
    await expect(found).to_be_visible(timeout=PATIENCE)


async def test_join_pay_and_vote(page: Page) -> None:
    wanjiru = phone(page, 0)
    await say(wanjiru, "/start")
    await tap(wanjiru, "English", "I agree, let me in")
    await sees(wanjiru, "You are an administrator of this union")
    await tap(wanjiru, "Report my pay", "Kenya", "Sama", "Content moderation", "By the month")
    await sees(wanjiru, "How much for a month")
    await say(wanjiru, "35k")
    await tap(wanjiru, "40 h", "10 h")
    await sees(wanjiru, "An hour of this work really brings")
    await tap(wanjiru, "Send", "Done")
    await sees(wanjiru, "Done. Everything else is under")
    await say(wanjiru, "/newballot")
    await tap(wanjiru, "Straw poll")
    await sees(wanjiru, "Type the question")
    await say(wanjiru, "Shall we meet?")
    await sees(wanjiru, "Type the options")
    await say(wanjiru, "Yes\nNo")
    await tap(wanjiru, "Go on", "The whole union", "1 day", "Open the ballot")
    await tap(wanjiru, "1. Yes", "Cast my vote")
    await sees(wanjiru, "Received. You may change it until it is sealed")
    await page.get_by_role("button", name="+1 day").click()
    await page.get_by_role("button", name="+1 hour").click()
    await sees(wanjiru, "Fewer than 5 votes were cast")


async def test_each_phone_speaks_its_own_language_and_shows_what_is_refused(page: Page) -> None:
    juma = phone(page, 1)
    await say(juma, "/start")
    await tap(juma, "Kiswahili")
    await sees(juma, "Kauli ni bot ya chama cha wafanyakazi")
    await juma.get_by_role("button", name="Send a photo").click()
    await sees(juma, "Kauli ni bot ya chama cha wafanyakazi")
    await juma.get_by_role("button", name="Commands").click()
    await expect(juma.get_by_test_id("menu").get_by_text("/ballots")).to_be_visible()


async def test_the_sample_union_is_loaded_on_request_and_marked(page: Page) -> None:
    await page.get_by_role("button", name="Load the sample union").click()
    await expect(page.get_by_text("SAMPLE", exact=True)).to_be_visible(timeout=PATIENCE)
    achieng = phone(page, 2)
    await achieng.get_by_test_id("who").select_option(label="Achieng Otieno (en)")
    await sees(achieng, "Shall we demand that waiting time is paid first?")
    await say(achieng, "/digest")
    await sees(achieng, "SAMPLE UNION")
    moment = achieng.get_by_test_id("chat").locator("span[title$=' EAT']").last  # shown in the phone's own way
    await expect(moment).to_have_text(re.compile(r"^\w+day, .* at \d\d:\d\d$"), timeout=PATIENCE)
    await sees(achieng, "What an hour really brings")

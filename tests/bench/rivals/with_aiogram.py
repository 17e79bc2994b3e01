"""The same bot on aiogram: polling as its documentation shows it, every update a task of its own (its default).

Run by `tests.bench.incoming`: `python -m tests.bench.rivals.with_aiogram CORE URL TOKEN FOLDER LAYER`.
"""

import asyncio
import sys
from pathlib import Path

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update

from tests.bench.kit.machine import pin
from tests.bench.rivals.work import Question, Work

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def command(message: Message, bot: Bot, work: Work, event_update: Update) -> None:
    """Answers a command: writes the first question, takes the old one away and sends the new one."""
    chat = message.chat.id
    question = await work.command(chat, event_update.update_id)
    if chat in work.asked:
        await bot.delete_message(chat, work.asked[chat])
    sent = await bot.send_message(
        chat,
        question.html,
        parse_mode="HTML",
        reply_markup=keyboard(question),
        protect_content=True,
        link_preview_options=NO_PREVIEW,
    )
    work.asked[chat] = sent.message_id


async def press(query: CallbackQuery, bot: Bot, work: Work, event_update: Update) -> None:
    """Answers a button: writes the next question, answers the query and edits the message."""
    question = await work.press(query.from_user.id, event_update.update_id, query.data or "")
    await bot.answer_callback_query(query.id)
    assert query.message
    await bot.edit_message_text(
        question.html,
        chat_id=query.message.chat.id,
        message_id=query.message.message_id,
        parse_mode="HTML",
        reply_markup=keyboard(question),
        link_preview_options=NO_PREVIEW,
    )


def keyboard(question: Question) -> InlineKeyboardMarkup:
    """Makes the buttons."""
    rows = [[InlineKeyboardButton(text=label, callback_data=data) for data, label in row] for row in question.rows]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def main() -> None:
    """Polls until killed."""
    core, url, token, folder, layer = sys.argv[1:6]
    pin(int(core))
    work = Work(Path(folder), layer)
    await work.open()
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = Dispatcher(work=work)
    dispatcher.message.register(command, Command("me"))
    dispatcher.callback_query.register(press, F.data)
    print("ready", file=sys.stderr, flush=True)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())

"""The same bot on python-telegram-bot as it comes: httpx, polling, one update after the other (its default).

Run by `tests.bench.incoming`: `python -m tests.bench.rivals.with_telegram CORE URL TOKEN FOLDER LAYER [WIDTH]`; a WIDTH
handles that many updates side by side (`concurrent_updates`).
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from tests.bench.kit.machine import pin
from tests.bench.rivals.work import Question, Work

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
Context = ContextTypes.DEFAULT_TYPE


async def command(update: Update, context: Context) -> None:
    """Answers a command: writes the first question, takes the old one away and sends the new one."""
    work: Work = context.bot_data["work"]
    assert update.effective_chat
    chat = update.effective_chat.id
    question = await work.command(chat, update.update_id)
    if chat in work.asked:
        await context.bot.delete_message(chat, work.asked[chat])
    sent = await context.bot.send_message(
        chat,
        question.html,
        parse_mode="HTML",
        reply_markup=keyboard(question),
        protect_content=True,
        link_preview_options=NO_PREVIEW,
    )
    work.asked[chat] = sent.message_id


async def press(update: Update, context: Context) -> None:
    """Answers a button: writes the next question, answers the query and edits the message."""
    work: Work = context.bot_data["work"]
    query = update.callback_query
    assert query
    assert query.message
    question = await work.press(query.from_user.id, update.update_id, query.data or "")
    await context.bot.answer_callback_query(query.id)
    await context.bot.edit_message_text(
        question.html,
        chat_id=query.message.chat.id,
        message_id=query.message.message_id,
        parse_mode="HTML",
        reply_markup=keyboard(question),
        link_preview_options=NO_PREVIEW,
    )


def keyboard(question: Question) -> InlineKeyboardMarkup:
    """Makes the buttons."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for data, label in row] for row in question.rows]
    )


async def ready(application: Any) -> None:
    """Opens the database and says that it goes on."""
    await application.bot_data["work"].open()
    print("ready", file=sys.stderr, flush=True)


def main() -> None:
    """Polls until killed."""
    core, url, token, folder, layer, *width = sys.argv[1:]
    pin(int(core))
    builder = ApplicationBuilder().token(token).base_url(f"{url}/bot").post_init(ready)
    if width:
        builder = builder.concurrent_updates(int(width[0]))
    application = builder.build()
    asyncio.set_event_loop(asyncio.new_event_loop())
    application.bot_data["work"] = Work(Path(folder), layer)
    application.add_handler(CommandHandler("me", command))
    application.add_handler(CallbackQueryHandler(press))
    application.run_polling()


if __name__ == "__main__":
    main()

"""Between turns and Telegram: with app.py the only place that imports telegram."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming type of waiting times; the old one only warns

"""Between turns and Telegram: with app.py the only place that imports telegram."""

"""What an operator may know of the running program: health, figures, and word to systemd; nothing about people."""

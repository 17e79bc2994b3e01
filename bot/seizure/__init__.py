"""What a seizure of this installation would yield about one person: found by trying, as whoever took it would."""

"""What one organizer proposes and a second one confirms: appointments, revocations, mass sends, moved ballots."""

"""What answers mean: of one form, of a team, and side by side."""

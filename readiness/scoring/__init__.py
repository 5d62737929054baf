"""What answers mean: scores and bands of one form."""

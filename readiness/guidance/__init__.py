"""What to do about it: flags, options and notes made from the answers of one clinic form."""

"""A clinic's round and its shared clinic form: opening, answering, saving."""

"""How quick is it? Ratios to a bare Django in one run, on whatever machine this is. Never part of the tests."""

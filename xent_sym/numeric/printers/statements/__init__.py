"""Statements as tests: what a user's own function should give, at 50 digits."""

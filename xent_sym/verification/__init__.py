"""A person's note, line by line: every step gets a verdict, a reason and a place."""

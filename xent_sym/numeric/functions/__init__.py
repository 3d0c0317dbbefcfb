"""Functions of arrays: what they take and give, how they are made, and whether they agree."""

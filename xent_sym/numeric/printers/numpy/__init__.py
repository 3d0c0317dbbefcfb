"""Programs as NumPy: block by block, in memory that is used again."""

"""C from Python: compiled once into the user's cache, called on NumPy arrays."""

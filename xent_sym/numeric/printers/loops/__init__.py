"""Programs as nested loops, in C and in Numba."""

"""Programs as whole-array expressions of the array API standard."""

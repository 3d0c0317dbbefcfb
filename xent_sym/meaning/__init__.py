"""What the formulas of a note mean: letters, ranges, definitions; from trees to terms."""

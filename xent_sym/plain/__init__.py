"""Theorems in plain text: for a terminal, and as LaTeX to paste."""

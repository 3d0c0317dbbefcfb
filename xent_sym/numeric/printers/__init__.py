"""From a program to the text of a function: one printer for each target."""

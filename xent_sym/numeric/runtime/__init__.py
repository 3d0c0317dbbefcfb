"""Routines that exported functions carry with them: their source is copied into the export."""

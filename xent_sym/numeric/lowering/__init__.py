"""From terms to programs: where nothing overflows, and what cancels is taken together."""

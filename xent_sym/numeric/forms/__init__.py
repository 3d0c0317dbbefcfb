"""Stable forms: the same numbers by equations that can be computed.

Those that always hold are applied; those that need a hypothesis are decided by the kernel.
"""

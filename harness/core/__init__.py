"""Errors, events, the exchange, actors, masking, polling. Knows nobody else in the harness."""

"""The promises: one module each, a function that shows it on one cell."""

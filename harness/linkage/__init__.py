"""The linkage of the platforms: catalogue, steps, and how long data takes to cross."""

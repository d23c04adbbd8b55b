"""The kinds of contract tests, a module each with a function ``tests``."""

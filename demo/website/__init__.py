"""The shop's website: API, synchronisation with the mini-program backend, and three web pages."""

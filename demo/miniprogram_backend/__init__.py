"""The mini-program's backend, by another team than the website's: API, WeChat log-in, synchronisation."""

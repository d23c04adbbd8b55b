"""Nothing is configured here: the plugin comes with the installed package, settings with harness.toml."""

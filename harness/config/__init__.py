"""harness.toml, its profiles and the environment variables over it, read and put together."""

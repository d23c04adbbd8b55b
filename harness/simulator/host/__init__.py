"""The host process: open apps, the automation protocol's server, what an app asks of its phone."""

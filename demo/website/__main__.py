"""`python -m demo.website`: serve the website on 127.0.0.1 until SIGTERM."""

from __future__ import annotations

import logging
import os
import sys

import uvicorn

from demo.website.app import create_app
from demo.website.settings import Settings, SettingsError


def main() -> None:
    """Settings from the environment; exit code 2 and one line if they are not usable."""
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"demo.website: {error}\n")
        sys.exit(2)
    logging.basicConfig(level=settings.log_level.upper(), format="website %(levelname)s %(message)s")
    uvicorn.run(
        create_app(settings),
        host="127.0.0.1",
        port=settings.port,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        # Longer than the pools of usual clients: whoever closes first must not be the one who is asked.
        timeout_keep_alive=30,
    )


if __name__ == "__main__":
    main()

"""`python -m demo.miniprogram_backend`: serve on 127.0.0.1 until SIGTERM."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from types import FrameType

from waitress.server import create_server

from demo.miniprogram_backend.app import create_app
from demo.miniprogram_backend.config import Config, ConfigError
from demo.miniprogram_backend.gate import Services

LONGEST_GOODBYE = 1.5


def main() -> int:
    """Exit code 0 after SIGTERM, 2 if the configuration is not usable."""
    try:
        config = Config.load()
    except ConfigError as error:
        print(f"demo.miniprogram_backend: {error}", file=sys.stderr)  # noqa: T201 - the one message of a start that fails
        return 2
    logging.basicConfig(level=config.log_level, format="miniprogram %(levelname)s %(message)s")
    app = create_app(config)
    services: Services = app.extensions["shop"]
    server = create_server(app, host="127.0.0.1", port=config.port, threads=8, ident=None)

    def leave(_signal: int, _frame: FrameType | None) -> None:
        # A request that waits for another system must not keep the process alive.
        last = threading.Timer(LONGEST_GOODBYE, os._exit, [0])
        last.daemon = True
        last.start()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    services.courier.start()
    server.run()
    services.courier.stop()
    services.storage.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

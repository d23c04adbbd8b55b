"""`python -m demo.wechat`: serve the stand-in on 127.0.0.1 until SIGTERM."""

from __future__ import annotations

import os
import sys

import uvicorn

from demo.wechat.app import create_app


def main() -> None:
    """PORT, WECHAT_APPID, WECHAT_SECRET, LOG_LEVEL of the environment; exit code 2 if not usable."""
    port = os.environ.get("PORT", "8003")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        sys.stderr.write(f"demo.wechat: PORT must be a port number, not {port!r}\n")
        sys.exit(2)
    if os.environ.get("FAULTS", "").strip(", "):
        sys.stderr.write("demo.wechat: FAULTS is set, but this service has no planted faults\n")
        sys.exit(2)
    app = create_app(
        os.environ.get("WECHAT_APPID", "wxdemo0000000001"), os.environ.get("WECHAT_SECRET", "demo-secret")
    )
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(port),
        log_level=os.environ.get("LOG_LEVEL", "warning").lower(),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        # Longer than the pools of usual clients: whoever closes first must not be the one who is asked.
        timeout_keep_alive=30,
    )


if __name__ == "__main__":
    main()

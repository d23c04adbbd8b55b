"""``python -m harness.wechat``: serve the stand-in on 127.0.0.1 until SIGTERM, as a run starts it.

PORT and WECHAT_APPS (JSON: the secret of each appid) of the environment; exit code 2 if not usable. WECHAT_WAYS and
WECHAT_AUTHORITY where services of the run have WeChat's host names written into them.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.wechat.server import Opened

EXIT_USAGE, EXIT_BROKEN = 2, 3


def main() -> int:
    gc.disable()  # nothing that is loaded is garbage: looking for some would take a tenth of the start
    from harness.wechat.server import Listener, StandIn, serve, tell_on_stderr
    from harness.wechat.settings import APPS
    from harness.wechat.state import Wechat

    gc.freeze()
    gc.enable()
    port = os.environ.get("PORT", "")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        tell_on_stderr(f"harness.wechat: PORT must be a port number, not {port!r}")
        return EXIT_USAGE
    try:
        apps = json.loads(os.environ.get(APPS, ""))
    except ValueError:
        apps = None
    if not isinstance(apps, dict) or not apps or not all(isinstance(secret, str) for secret in apps.values()):
        tell_on_stderr(f"harness.wechat: {APPS} must be a JSON object with the secret of each appid")
        return EXIT_USAGE
    stand_in = StandIn(Wechat(apps), tell_on_stderr)
    try:
        # The port that is asked for health opens last: who is told that it is up finds every way open.
        asyncio.run(serve(stand_in, [*_ways(), Listener("127.0.0.1", int(port))]))
    except OSError as error:
        tell_on_stderr(f"harness.wechat: port {port}: {error.strerror or error}")
        return EXIT_BROKEN
    return 0


def _ways() -> Iterator[Opened]:
    from harness.wechat.settings import AUTHORITY, WAYS, Way

    if WAYS not in os.environ:
        return
    from harness.wechat.authority import kept_authority
    from harness.wechat.tunnel import Relay, Tunnel

    authority = kept_authority(Path(os.environ[AUTHORITY]))
    assert authority is not None, "the run has made it"
    context = authority.server_context()
    for way in (Way(*each) for each in json.loads(os.environ[WAYS])):
        yield Relay("127.0.0.1", way.tls, context, way.edge)
        yield Tunnel("127.0.0.1", way.proxy, way.tls)


if __name__ == "__main__":
    sys.exit(main())

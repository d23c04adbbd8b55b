"""Services that have WeChat's own host names written into them, led to the stand-in of their run.

``wechat = "NAME"`` of a service: its environment names an HTTP proxy, by which WeChat's hosts lead to the recording
proxy of its edge to the stand-in and all others where they are, and the CA that vouches for them. Owns these
variables; what is opened is the stand-in's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.config.settings import HarnessSettings
from harness.core.proxy_variables import EXCEPTIONS, except_loopback
from harness.processes.ports import free_ports
from harness.runs.edge_discovery import EdgeName
from harness.wechat.settings import AUTHORITY, WAYS, Way


@dataclass(slots=True)
class StandIns:
    """What is added to the environment of each service that is started; its own settings come before."""

    added: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, service: str) -> Mapping[str, str]:
        return self.added.get(service, {})


def lead(settings: HarnessSettings, edge_ports: Mapping[EdgeName, int], folder: Path) -> StandIns:
    """Choose the ports; make a CA in ``folder``, whose key goes with the run, where a service needs one."""
    found = StandIns()
    ways: dict[str, list[Way]] = {}
    for name, service in settings.services.items():
        if service.wechat is None:
            continue
        from harness.wechat.authority import open_authority  # reading it takes a tenth of a second

        authority = open_authority(folder)
        proxy, tls = free_ports(2)
        ways.setdefault(service.wechat, []).append(
            Way(proxy, tls, edge_ports[EdgeName(name, service.wechat)])
        )
        address = f"http://127.0.0.1:{proxy}"
        excepted = {each: os.environ.get(each, "") for each in EXCEPTIONS}
        except_loopback(excepted)
        found.added[name] = {
            # Programs read the one spelling or the other; Node.js reads either only if it is told to.
            "HTTPS_PROXY": address,
            "https_proxy": address,
            "NODE_USE_ENV_PROXY": "1",
            **excepted,
            **authority.variables,
        }
    for name, its in ways.items():
        found.added[name] = {WAYS: json.dumps(its), AUTHORITY: str(folder)}
    return found

"""What ``stand_in = "wechat"`` of a service in harness.toml stands for. Data only, and loads nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

APPS = "WECHAT_APPS"  # environment variable: JSON, the secret of each appid
WAYS = "WECHAT_WAYS"  # environment variable: JSON, a list of Way
AUTHORITY = "WECHAT_AUTHORITY"  # environment variable: the folder of the private CA that vouches for the ways


class Way(NamedTuple):
    """Ports by which a program that knows WeChat's own host names alone is led to ``edge``, as a run opens them."""

    proxy: int
    tls: int
    edge: int


# The OpenAPI document of what the stand-in has: projects need no copy of it.
DOCUMENT = Path(__file__).with_name("wechat-platform.yaml")


def service(apps: Mapping[str, str] | None) -> dict[str, Any]:
    """The keys of ``[services.NAME]`` that judge the stand-in's traffic, and start it for these apps; None: one that
    runs already.
    """
    known = {
        "title": {"zh": "微信挡板", "en": "WeChat stand-in"},
        "health": "/health",
        "platform": [],  # nobody's backend: only recorded traffic is judged by its document
        "contracts": [DOCUMENT.name],
    }
    if apps is None:
        return known
    return known | {
        "command": ["{python}", "-m", "harness.wechat"],
        # It calls nobody: reading the machine's certificates would take a fourth of its start.
        "environment": {"PORT": "{port}", APPS: json.dumps(dict(apps)), "SSL_CERT_FILE": os.devnull},
    }

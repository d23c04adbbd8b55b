"""SDKs with fixed addresses, unmodified, log in against ``harness wechat``: by the hosts file, and by the proxy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wechat.namespace import why_not
from tests.wechat.served import APPID, PERSON, ROOT, SECRET, serving

SDKS = Path(__file__).parents[1] / "sdks"
LOGINS = {
    "wechatpy": [sys.executable, str(SDKS / "login.py")],
    "co-wechat-api": ["node", str(SDKS / "login.mjs"), "co-wechat-api"],
    "nest-wechat": ["node", str(SDKS / "login.mjs"), "nest-wechat"],
}


@pytest.mark.parametrize("sdk", LOGINS)
def test_an_sdk_logs_in_by_the_hosts_file(sdk: str, tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(reason)
    words = [*LOGINS[sdk], APPID, SECRET, "{code}", "{phone_code}"]
    ran = subprocess.run(
        ["unshare", "-rnm", sys.executable, "-m", "tests.wechat.namespace", str(tmp_path), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == PERSON


@pytest.mark.parametrize("sdk", ["wechatpy", "nest-wechat"])
def test_an_ordinary_users_sdk_logs_in_by_the_proxy(sdk: str, tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        variables = {**served.exports("HTTPS_PROXY"), **served.exports("SSL_CERT_FILE")}
        words = [*LOGINS[sdk], APPID, SECRET, served.code("login"), served.code("phone")]
        ran = subprocess.run(
            words, env={**os.environ, **variables}, capture_output=True, text=True, timeout=60
        )
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout) == PERSON

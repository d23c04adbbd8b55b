"""``unshare -rnm python -m tests.wechat.namespace FOLDER COMMAND…``: where port 443 and the hosts file are ours.

Starts ``harness wechat``, puts the hosts line that it prints into a hosts file of this namespace alone, and runs the
command with the variables it prints; ``{code}`` and ``{phone_code}`` in it are a person's codes. The machine's own
hosts file and network are untouched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.wechat.served import serving


def why_not() -> str | None:
    """Why there can be no such namespace here; None where there can."""
    if sys.platform != "linux" or shutil.which("unshare") is None or shutil.which("ip") is None:
        return "network and mount namespaces are Linux's, with unshare and ip"
    tried = subprocess.run(
        ["unshare", "-rnm", "sh", "-c", "ip link set lo up && mount --bind /etc/hosts /etc/hosts"],
        capture_output=True,
        text=True,
    )
    return None if tried.returncode == 0 else f"no namespaces for this user: {tried.stderr.strip()}"


def main(folder: Path, command: list[str]) -> int:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with serving(folder) as served:
        hosts = folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost\n{served.hosts_line}\n", encoding="utf-8")
        subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)
        codes = {"{code}": served.code("login"), "{phone_code}": served.code("phone")}
        words = [codes.get(word, word) for word in command]
        return subprocess.run(words, env={**os.environ, **served.exports("SSL_CERT_FILE")}).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))

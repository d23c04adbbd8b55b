"""``harness wechat`` as a user has it: started, and used by what it prints."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

from harness.processes.ports import free_ports

ROOT = Path(__file__).parents[2]
APPID, SECRET = "wx1", "secret-1"
PERSON = {"openid": "o-li", "unionid": "u-li", "phone": "13800138000"}


@dataclass
class Served:
    """A running stand-in; ``lines`` are what it printed when it was ready."""

    process: subprocess.Popen[str]
    port: int
    lines: list[str] = field(default_factory=list)

    @property
    def hosts_line(self) -> str:
        """The line for the hosts file; '' where there is none."""
        return next((line.strip() for line in self.lines if re.match(r"\s+127\.0\.0\.1 ", line)), "")

    def exports(self, name: str) -> dict[str, str]:
        """The variables of the printed line that exports ``name``."""
        line = next(line for line in self.lines if line.strip().startswith("export ") and f"{name}=" in line)
        return dict(word.split("=", 1) for word in line.split()[1:])

    def code(self, kind: str) -> str:
        """A code of the person's, as the phone gets it."""
        names = ("openid", "unionid") if kind == "login" else ("openid", "phone")
        body = {"appid": APPID, **{name: PERSON[name] for name in names}}
        sent = Request(
            f"http://127.0.0.1:{self.port}/client/{kind}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urlopen(sent, timeout=10) as answer:
            code: str = json.load(answer)["code"]
            return code


@contextmanager
def serving(folder: Path, *options: str, before: Sequence[str] = ()) -> Iterator[Served]:
    """``harness wechat`` on free ports, its CA in ``folder``, after the words ``before``; ended with SIGTERM."""
    port, proxy_port = free_ports(2)
    command = [
        *before,
        sys.executable,
        "-m",
        "harness",
        "wechat",
        "--app",
        f"{APPID}={SECRET}",
        f"--port={port}",
    ]
    command += [f"--proxy-port={proxy_port}", f"--ca-folder={folder}", "--language=en", *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    )
    served = Served(process, port)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            served.lines.append(line.rstrip("\n"))
            if "NODE_EXTRA_CA_CERTS" in line or ("--plain" in options and "HTTP " in line):
                break
        else:
            raise AssertionError("\n".join(served.lines))
        yield served
    finally:
        process.terminate()
        process.communicate(timeout=10)


def said_by(served: Served) -> str:
    """What it says after it was ready, once it has ended."""
    served.process.terminate()
    return served.process.communicate(timeout=10)[0]

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from harness.core import masking
from harness.core.environment_variables import needed

SECRETS = {
    "DATABASE_PASSWORD": "s",
    "GITHUB_TOKEN": "s",
    "https_proxy": "http://u:p@host",
    "npm_config__auth": "s",
}
SAID = """
import json, os, sys
from harness.core.environment_variables import keep_needed
keep_needed()
print(json.dumps([os.getpid(), dict(os.environ), sys.argv[1:]]))
sys.stdin.read()
"""


def test_what_a_process_needs_is_no_secret() -> None:
    given = {"PATH": "/bin", "HOME": "/h", "LC_ALL": "C", "PYTHONPATH": ".", "Path": "windows"}
    assert needed(given | SECRETS) == given


@pytest.mark.processes
@pytest.mark.skipif(
    not os.path.exists("/proc/self/environ"), reason="only Linux shows the environment of a process"
)
def test_a_process_started_with_others_starts_anew_without_them() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SAID, "a word"],
        env={**os.environ, **SECRETS},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        pid, environ, arguments = json.loads(process.stdout.readline())
        with open(f"/proc/{process.pid}/environ", encoding="utf-8") as file:
            begun = {pair.partition("=")[0] for pair in file.read().split("\0")}
        process.stdin.close()
    assert (pid, arguments) == (process.pid, ["a word"])
    assert "PATH" in begun
    assert not SECRETS.keys() & (begun | environ.keys())


def test_what_its_logs_are_masked_by_is_kept_without_the_time_that_masking_takes_to_import() -> None:
    assert {masking.VARIABLE, masking.KEY} <= needed({masking.VARIABLE: "{}", masking.KEY: "k"}).keys()
    code = "import harness.core.environment_variables, sys; print('harness.core.masking' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

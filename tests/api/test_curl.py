from __future__ import annotations

import shlex
import subprocess

import pytest

from harness.api.curl import curl

URL = "http://127.0.0.1:1/api/points?limit=1&b=2"


@pytest.mark.parametrize(
    ("method", "headers", "body", "line"),
    [
        ("GET", {"Accept": ["*/*"], "User-Agent": ["x"]}, None, f"curl -i '{URL}'"),
        ("HEAD", {}, None, f"curl -I '{URL}'"),
        (
            "GET",
            {"Authorization": ["Bearer s3cret"]},
            None,
            f"curl -i '{URL}' --oauth2-bearer \"${{TOKEN}}\"",
        ),
        (
            "GET",
            {"Authorization": ["Bearer SCHEMATHESIS-INVALID-VALUE"]},
            None,
            f"curl -i '{URL}' --oauth2-bearer SCHEMATHESIS-INVALID-VALUE",
        ),
        ("GET", {"Cookie": ["sid=s3cret; a=b"]}, None, f"curl -i '{URL}' -H \"Cookie: sid=${{TOKEN}}; a=b\""),
        ("GET", {"X-Api-Key": ["other"]}, None, f"curl -i '{URL}' -H \"X-Api-Key: ${{X_API_KEY}}\""),
        ("PATCH", {}, b"it's $5", f"curl -i -X PATCH '{URL}' --data-binary 'it'\"'\"'s $5'"),
        (
            "POST",
            {"Content-Type": ["application/json"]},
            b'{"phone": "13900000001", "x": "$HOME `id`"}',
            f"curl -i -X POST '{URL}' -H 'Content-Type: application/json' "
            '--data-binary "{\\"phone\\": \\"${PHONE}\\", \\"x\\": \\"\\$HOME \\`id\\`\\"}"',
        ),
        ("POST", {}, b"\xff\x00", f"echo /wA= | base64 -d | curl -i -X POST '{URL}' --data-binary @-"),
        ("POST", {}, b"a\x00b", f"curl -i -X POST '{URL}' --data-binary 'a\\x00b'"),
    ],
)
def test_curl(method: str, headers: dict[str, list[str]], body: bytes | None, line: str) -> None:
    assert curl(method, URL, headers, body, ("s3cret",)) == line


def test_a_shell_reads_what_was_sent() -> None:
    body = 'a "quoted" \\ $x `y` 13900000001\n'
    line = curl("POST", URL, {"X-A": ["b'c"]}, body.encode())
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}; {line}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, env={"PHONE": "13900000001"}, check=True)
    words = done.stdout.decode().split("\0")[:-1]
    assert words == ["-i", "-X", "POST", URL, "-H", "X-A: b'c", "--data-binary", body]
    assert "13900000001" not in shlex.split(line)


def test_a_long_run_of_one_character_is_made_by_the_shell() -> None:
    line = curl("POST", "http://host/x", {}, b'{"a": 1}' + b" " * 70_000)
    assert line == (
        "{ printf %s '{\"a\": 1}'; head -c 70000 /dev/zero | tr '\\0' ' '; } | "
        "curl -i -X POST http://host/x --data-binary @-"
    )


def test_a_secret_is_its_variable_wherever_it_stands() -> None:
    url, sent = "http://a/reset/s3cret99?access_token=s3cret99", {"Content-Type": ["application/json"]}
    line = curl("POST", url, sent, b'{"token":"s3cret99"}', ("s3cret99",), template="/reset/{token}")
    assert line.startswith('curl -i -X POST "http://a/reset/${TOKEN}?access_token=${TOKEN}"')
    assert line.endswith('"{\\"token\\":\\"${TOKEN}\\"}"')

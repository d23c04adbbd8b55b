"""A recorded request as a line for a shell: the address and secrets are shell variables, the client's defaults left
out. What the variables stand for is told beside it: :mod:`harness.api.curl_variables`.
"""

from __future__ import annotations

import re
import shlex
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence

from harness.core.masking import (
    PHONE,
    is_secret_header,
    mask_body,
    mask_header,
    mask_target,
    sendable,
)

CLIENT_HEADERS = frozenset(
    "user-agent accept-encoding accept connection content-length host x-schemathesis-testcaseid"
    " x-harness-credentials".split()
)
LONGEST = 60_000  # characters of a body that stand in the line; a shell takes 128 KiB
SHORT = 8  # characters; a shorter token is hidden as a whole word only
MARK = "\0"  # stands around a variable's name until the text is quoted
INVALID = "SCHEMATHESIS-INVALID-VALUE"  # what probes send instead of a credential; no secret


def curl(
    method: str,
    url: str,
    headers: Mapping[str, Sequence[str]],
    body: bytes | None,
    secrets: Iterable[str] = (),
    *,
    base: tuple[str, str] = ("", ""),
    token: str = "TOKEN",
    template: str = "",
) -> str:
    """``curl -i -X PATCH "${SHOP_URL}/…" --oauth2-bearer "${TOKEN}" …``, for a POSIX shell.

    ``base`` is the name of a variable and the address it stands for: the address of a run is another in the
    next. ``secrets`` become the variable ``token``, phone numbers ``${PHONE}``, other secret headers
    ``${THEIR_NAME}``; what else is secret or personal becomes a stand-in of the same form. A body that is not UTF-8
    comes from base64. ``template`` is the path of the operation: what its parameters are called.
    """
    hide = _Hider(secrets, token)
    with sendable():
        return _line(method, url, headers, _masked(body, headers, hide), hide, base, template)


def _masked(body: bytes | None, headers: Mapping[str, Sequence[str]], hide: _Hider) -> bytes | None:
    kind = next((", ".join(values) for name, values in headers.items() if name.lower() == "content-type"), "")
    return body and mask_body(hide.secrets_in(body), kind)


def _line(
    method: str,
    url: str,
    headers: Mapping[str, Sequence[str]],
    body: bytes | None,
    hide: _Hider,
    base: tuple[str, str],
    template: str,
) -> str:
    words = ["curl", "-i"]
    if method == "HEAD":
        words = ["curl", "-I"]
    elif method != "GET":
        words += ["-X", shlex.quote(method)]
    variable, address = base
    rest = url.removeprefix(address) if address else url
    target = hide.text(mask_target(hide.secrets(rest), template))
    words.append(_quote((f"{MARK}{variable}{MARK}" if rest != url else "") + target))
    for name, values in headers.items():
        if name.lower() not in CLIENT_HEADERS:
            words += _header(name, ", ".join(values), hide)
    if not body:
        return " ".join(words)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"echo {b64encode(body).decode()} | base64 -d | {' '.join(words)} --data-binary @-"
    if len(text) > LONGEST:
        return f"{_generated(text, hide)} | {' '.join(words)} --data-binary @-"
    return " ".join([*words, "--data-binary", _quote(hide.text(text))])


def _generated(text: str, hide: _Hider) -> str:
    """A command that prints a long body: its runs of one character are made by the shell, not listed."""
    parts = []
    for run in re.finditer(r"(.)\1{999,}|(?:(?!(.)\2{999}).)+", text, re.DOTALL):
        if run[1]:
            parts.append(f"head -c {len(run[0])} /dev/zero | tr '\\0' {shlex.quote(run[1])}")
        else:
            parts.append(f"printf %s {_quote(hide.text(run[0]))}")
    return f"{{ {'; '.join(parts)}; }}"


class _Hider:
    def __init__(self, secrets: Iterable[str], token: str) -> None:
        self._secrets = [secret for secret in secrets if secret]
        self.token = f"{MARK}{token}{MARK}"

    def secrets(self, text: str) -> str:
        text = text.replace(MARK, "\\x00")
        for secret in self._secrets:
            # A short one (a name that a test system takes for a token) may be part of any word.
            whole = len(secret) < SHORT and secret.isalnum()
            pattern = re.escape(secret)
            text = re.sub(
                rf"(?<![^\W_]){pattern}(?![^\W_])" if whole else pattern, lambda _: self.token, text
            )
        return text

    def secrets_in(self, body: bytes) -> bytes:
        try:
            return self.secrets(body.decode()).encode()
        except UnicodeDecodeError:
            return body

    def text(self, text: str) -> str:
        """Phones too; secrets are gone."""
        return PHONE.sub(f"{MARK}PHONE{MARK}", text)


def _header(name: str, value: str, hide: _Hider) -> list[str]:
    hidden = hide.secrets(value)
    scheme, _, credential = hidden.partition(" ")
    if name.lower() == "authorization" and scheme == "Bearer":
        known = MARK in credential or credential == INVALID
        return ["--oauth2-bearer", _quote(credential if known else hide.token)]
    if is_secret_header(name):
        if MARK not in hidden and value != INVALID:
            hidden = f"{MARK}{re.sub(r'[^A-Z0-9]', '_', name.upper())}{MARK}"
    else:
        hidden = hide.text(mask_header(name, hidden))
    return ["-H", _quote(f"{name}: {hidden}")]


def _quote(text: str) -> str:
    parts = text.split(MARK)
    if len(parts) == 1:
        return shlex.quote(text)
    return (
        '"'
        + "".join(f"${{{part}}}" if number % 2 else _double(part) for number, part in enumerate(parts))
        + '"'
    )


def _double(text: str) -> str:
    for character in ("\\", '"', "$", "`"):
        text = text.replace(character, "\\" + character)
    return text

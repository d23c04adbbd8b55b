"""Encrypted bodies: the project's codec of a service opens what is recorded and received, and seals what we send.

``codec = "module:function"`` of a service names a function that makes the codec: an object with two methods,

    open(body: bytes, headers: dict[str, str]) -> bytes
    seal(body: bytes, headers: dict[str, str]) -> bytes

``headers`` are those of the message, names in lower case; what is set there (a ``content-type``, a key's number)
holds for the message that comes out. A body that is not sealed is given back as it is. Both are asked from several
threads. What they raise is a fault of the codec: broken, never the product's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from harness.core.errors import BrokenError, Explained, UsageError
from harness.core.exchange import Message
from harness.core.masking import mask_text
from harness.core.project_code import load_named
from harness.core.text import Text

PATTERN = r"^[\w.]+:\w+$"
LONGEST = 200  # characters of what a codec raised
METHODS = ("open", "seal")
NO_CODEC = Text(
    zh="{key} = {name!r}：没有得到编解码器：{error}", en="{key} = {name!r}: makes no codec: {error}"
)
NO_METHOD = Text(
    zh="{key} = {name!r}：得到的对象没有方法 {method!r}",
    en="{key} = {name!r}: what it makes has no method {method!r}",
)
FAILED = Text(
    zh="编解码器 {name} 的 {method} 出错：{error}", en="{method} of the codec {name} failed: {error}"
)
NO_BYTES = Text(
    zh="编解码器 {name} 的 {method} 返回了 {type}，应为 bytes",
    en="{method} of the codec {name} gave {type}, expected bytes",
)


class CodecError(Explained, BrokenError):
    """The project's codec failed."""


class CodecAddress(BaseModel):
    """Where a codec is: ``module:function``, found from the folder of harness.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    folder: Path
    where: str = "codec"

    def load(self) -> Codec:
        """UsageError where there is none."""
        make = load_named(self.name, self.folder, self.where)
        try:
            made = make()
        except Exception as error:
            words = NO_CODEC.format(key=self.where, name=self.name, error=repr(error))
            raise UsageError(words, where="harness.toml") from None
        if missing := [method for method in METHODS if not callable(getattr(made, method, None))]:
            words = NO_METHOD.format(key=self.where, name=self.name, method=missing[0])
            raise UsageError(words, where="harness.toml")
        return Codec(self.name, made)


class Codec:
    """A codec of the project, its faults told by its name."""

    def __init__(self, name: str, made: Any) -> None:
        self._name, self._made = name, made

    def open(self, message: Message) -> Message:
        """The message as it is meant; one that stays in its content coding is nobody's to open. CodecError."""
        return message if message.flaw is not None else self._passed("open", message)

    def seal(self, message: Message) -> Message:
        """The message as it is sent. CodecError."""
        return self._passed("seal", message)

    def _passed(self, method: str, message: Message) -> Message:
        if not message.body:
            return message
        headers = {name.lower(): value for name, value in message.headers}
        before = dict(headers)
        call: Callable[..., Any] = getattr(self._made, method)
        try:
            body = call(message.body, headers)
        except Exception as error:
            seen = mask_text(f"{type(error).__name__}: {error}")[:LONGEST]
            raise CodecError(FAILED.format(name=self._name, method=method, error=seen)) from None
        if not isinstance(body, bytes):
            words = NO_BYTES.format(name=self._name, method=method, type=type(body).__name__)
            raise CodecError(words)
        changed = {name: value for name, value in headers.items() if before.get(name) != value}
        kept = [(name, value) for name, value in message.headers if name.lower() in headers]
        pairs = [(name, value) for name, value in kept if name.lower() not in changed]
        return Message((*pairs, *changed.items()), body)

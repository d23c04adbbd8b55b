"""The codec of a company that seals its JSON: hexadecimal in place of a cipher, the key's number in a header."""

from __future__ import annotations

KEY = 0x5A


def turned(data: bytes) -> bytes:
    return bytes(byte ^ KEY for byte in data)


class ClubCodec:
    def open(self, body: bytes, headers: dict[str, str]) -> bytes:
        if headers.get("x-key") is None:
            return body  # not sealed
        headers["content-type"] = headers.pop("x-sealed-type", "application/json")
        return turned(bytes.fromhex(body.decode()))

    def seal(self, body: bytes, headers: dict[str, str]) -> bytes:
        headers["x-key"] = "7"
        headers["x-sealed-type"] = headers["content-type"]
        headers["content-type"] = "application/octet-stream"
        return turned(body).hex().encode()

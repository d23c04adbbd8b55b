"""The state of one simulated phone: what its person answers and what the device reports, by plain names.

Owns the facts, their validation, and which question of an API each of them answers. What a fact looks like
on the screen is the page runtime's.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.validation import first_invalid

NETWORKS = Literal["wifi", "5g", "4g", "3g", "2g", "unknown", "none"]
PICKS_PICTURES = ("chooseImage", "chooseMedia", "button.chooseAvatar")


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Place(_Facts):
    """Where the person is; ``name`` and ``address`` for the places they choose."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: str | None = None
    address: str | None = None
    speed: float | None = None
    accuracy: float | None = None
    altitude: float | None = None


class Battery(_Facts):
    level: int = Field(default=100, ge=1, le=100)
    is_charging: bool = True
    is_low_power_mode_enabled: bool = False


class Scan(_Facts):
    """What the camera reads."""

    result: str
    scan_type: str = "QR_CODE"
    char_set: str = "UTF-8"
    path: str | None = None


class Chosen(_Facts):
    """A picture, video or file the person hands over. ``base64`` are its bytes."""

    base64: str
    name: str = "picture.png"

    @field_validator("base64")
    @classmethod
    def _bytes(cls, text: str) -> str:
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("not base64") from None
        return text


class Window(_Facts):
    width: int = Field(ge=200, le=4000)
    height: int = Field(ge=200, le=4000)


class PaymentFailure(_Facts):
    fail: str = Field(min_length=1)


class DeviceState(_Facts):
    """Everything that may be said of a phone and its person; what is not said is left to WeChat's own default."""

    network_type: NETWORKS = "wifi"
    location: Place | None = None
    battery: Battery = Battery()
    brightness: float = Field(default=0.5, ge=0, le=1)
    theme: Literal["light", "dark"] = "light"
    keyboard_height: int = Field(default=0, ge=0, le=1000)
    clipboard: str = ""
    window: Window | None = None
    update: Literal["none", "ready", "failed"] = "none"
    permissions: dict[str, bool] = {}
    privacy: Literal["agreed", "asked", "agrees", "refuses"] = "agreed"
    """``asked``: must still agree, by a finger; ``agrees`` and ``refuses`` answer WeChat's own dialogue."""
    payment: Literal["success", "cancel", "fail"] | PaymentFailure | None = None
    scan: str | Scan | None = None
    """What is scanned, or ``cancel``."""
    pictures: list[Chosen] | Literal["cancel"] | None = None
    videos: list[Chosen] | Literal["cancel"] | None = None
    files: list[Chosen] | Literal["cancel"] | None = None
    phone_number: bool | None = None
    """Whether the person gives their number."""
    session: Literal["valid", "expired"] = "valid"
    share_target: Literal["friend", "group", "cancel"] | None = None

    @field_validator("permissions")
    @classmethod
    def _scopes(cls, permissions: dict[str, bool]) -> dict[str, bool]:
        for scope in permissions:
            if not scope.startswith("scope."):
                raise ValueError(f"{scope!r} is no scope; it would be scope.{scope}")
        return permissions

    def changed(self, changes: Mapping[str, Any]) -> DeviceState:
        """Some facts changed; null gives a fact its default back. UsageError names the place."""
        kept = {k: v for k, v in self.given_facts().items() if k not in changes}
        return read_device_state(
            {**kept, **{k: v for k, v in changes.items() if v is not None}}, named=changes
        )

    def given_facts(self) -> dict[str, Any]:
        """What was said, as the protocol names it."""
        return self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)

    def facts(self) -> dict[str, Any]:
        """What the device reports, for the page runtime."""
        named = {"network_type", "location", "battery", "brightness", "theme", "keyboard_height"}
        return self.model_dump(by_alias=True, include=named | {"clipboard", "update"}, exclude_none=True)

    def answer(self, api: str) -> dict[str, Any] | None:
        """What the person answers when ``api`` asks; None when nothing was said of it."""
        if api in PICKS_PICTURES:
            return _handed(self.pictures)
        if api == "getPhoneNumber":
            return None if self.phone_number is not False else {"error": "user deny"}
        match api:
            case "requestPayment":
                return self._payment()
            case "scanCode":
                return self._scan()
            case "chooseVideo":
                return _handed(self.videos)
            case "chooseMessageFile":
                return _handed(self.files)
            case "getLocation" | "getFuzzyLocation" | "chooseLocation":
                return self.location.model_dump(by_alias=True, exclude_none=True) if self.location else None
            case "checkSession":
                return {"error": "session time out, need relogin"} if self.session == "expired" else None
            case "privacy":
                return {"needAuthorization": self.privacy != "agreed"}
            case "requirePrivacyAuthorize":
                return {"agrees": {"confirm": True}, "refuses": {"confirm": False}}.get(self.privacy)
            case "shareAppMessage":
                return {"target": self.share_target} if self.share_target else None
        return None

    def _payment(self) -> dict[str, Any] | None:
        if isinstance(self.payment, PaymentFailure):
            return {"error": self.payment.fail}
        said: dict[str | None, dict[str, Any]] = {
            "success": {"confirm": True},
            "cancel": {"error": "cancel"},
            "fail": {"error": "jsapi payment failed"},
        }
        return said.get(self.payment)

    def _scan(self) -> dict[str, Any] | None:
        if self.scan is None:
            return None
        if self.scan == "cancel":
            return {"error": "cancel"}
        read = self.scan if isinstance(self.scan, Scan) else Scan(result=self.scan)
        return read.model_dump(by_alias=True, exclude_none=True)


def read_device_state(given: Mapping[str, Any], named: Mapping[str, Any] | None = None) -> DeviceState:
    """A state as the protocol, a file or a configuration says it; UsageError names the place that is wrong."""
    known = [str(field.alias) for field in DeviceState.model_fields.values()]
    for name in named or given:
        if name not in known:
            near = nearest(name, known, alike=ANY)
            raise UsageError(f"device_state.{name}: no fact of a device", nearest=near)
    try:
        return DeviceState.model_validate(given, by_name=False)
    except ValidationError as error:
        raise UsageError(f"device_state.{first_invalid(error)}") from None


def _handed(chosen: list[Chosen] | Literal["cancel"] | None) -> dict[str, Any] | None:
    if chosen is None:
        return None
    if chosen == "cancel":
        return {"error": "cancel"}
    return {"chosen": [each.model_dump() for each in chosen]}

"""What a project may say about generated tests and about signing in for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Phase = Literal["examples", "coverage", "fuzzing"]


class ConformanceSettings(BaseModel):
    """``[conformance]``: how much is generated, and from which seed. Equal seeds generate equal requests."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_examples: int = Field(default=50, ge=1, description="random cases per operation and phase")
    seconds: int = Field(default=120, ge=1, description="budget per operation; running out of it is broken")
    seed: int = Field(default=1, ge=0)
    phases: tuple[Phase, ...] = Field(default=("examples", "coverage", "fuzzing"), min_length=1)
    negative: bool = Field(default=True, description="also send what the contract forbids")
    request_timeout: Annotated[float, Field(gt=0)] = 10.0
    without_checks: tuple[str, ...] = Field(default=(), description="schemathesis checks left out, by name")


class LoginSettings(BaseModel):
    """How generated tests sign in: one POST of ``body`` as JSON; ``token`` points at the token in the answer.

    ``before`` is posted first where the log-in needs it (a one-time code to be sent).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    body: dict[str, Any]
    token: str = Field(description="JSON pointer (RFC 6901) into the answer")
    before: tuple[Request, ...] = ()

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: str) -> str:
        if not path.startswith("/"):
            raise ValueError("a path begins with '/'")
        return path

    @field_validator("token")
    @classmethod
    def _pointer(cls, pointer: str) -> str:
        if not pointer.startswith("/"):
            raise ValueError("a JSON pointer begins with '/', such as /token")
        return pointer


class Request(BaseModel):
    """A POST of JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    body: dict[str, Any] = Field(default_factory=dict)


class SignatureSettings(BaseModel):
    """A header that signs each request: HMAC of the body, or of the path with query where there is no body.

    ``scheme`` is the name of the ``apiKey`` security scheme in the contract, ``prefix`` stands before the
    hexadecimal digest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scheme: str
    key: str = Field(repr=False)
    algorithm: Literal["sha256", "sha512"] = "sha256"
    prefix: str = ""


LoginSettings.model_rebuild()

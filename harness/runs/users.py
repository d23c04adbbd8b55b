"""The users of a service as harness.toml has them, ready to act: for contract tests and the doctor alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from harness.api.sign_in import Envelopes, envelopes, sign_in
from harness.api.users import User, user_of
from harness.config.settings import HarnessSettings


def users_of(
    settings: HarnessSettings, service: str, base_url: Callable[[], str]
) -> dict[str, Callable[[], User]]:
    """Each user by name; a call makes it. UsageError then, where its hook is none.

    ``base_url`` is asked when somebody signs in.
    """
    its = settings.services[service]
    documents = [settings.contract(name) for name in its.contracts]
    envelope = envelopes(documents, service, its.envelope, settings.readable)
    return {name: partial(_user, settings, service, name, base_url, envelope) for name in its.all_users}


def _user(
    settings: HarnessSettings, service: str, name: str, base_url: Callable[[], str], envelope: Envelopes
) -> User:
    its = settings.services[service]
    user, login = its.all_users[name], its.all_users[name].login
    place = f"services.{service}.users.{name}" if name in its.users else f"services.{service}"

    def token() -> str:
        assert login is not None  # only users with a log-in have a token to get
        codec = settings.codec_of(service)
        return sign_in(
            base_url(),
            login,
            envelope,
            codec.load() if codec else None,
            where=f"{place}.login",
            root=settings.root,
        )

    return user_of(name, user, token, settings.root, place)

"""Actors on stage: the base of what a scenario's people can do on one platform, and the step decorator."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Generic, ParamSpec, TypeVar

import pytest

from harness.core.actors import Person
from harness.core.text import Text
from harness.linkage.stage import Stage
from harness.platforms.pages import PageObject
from harness.platforms.session import Session

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Session)


def scenario(id: str) -> pytest.MarkDecorator:
    """Say which entry of the catalogue a test is for: ``@scenario("L01")``."""
    return pytest.mark.scenario(id)


class Actor(Generic[S]):
    """One person on one platform. Subclasses give it verbs, each decorated with :func:`step`."""

    def __init__(self, stage: Stage, person: Person, session: S) -> None:
        self.stage, self.person, self.session = stage, person, session
        self._acting = False
        stage.enter(person.alias, session)

    def page(self, name: str) -> PageObject:
        """A page of ``scenarios/pages/`` as this actor's platform has it. UsageError with the nearest name."""
        assert self.stage.pages is not None
        session: Any = self.session
        return self.stage.pages.page(name, session, self._step_of_page)

    @contextmanager
    def step(self, zh: str, en: str) -> Iterator[None]:
        """What is done inside is one step, told in product words; ``{who}`` stands for the actor's alias.

        A step inside a step is part of it.
        """
        if self._acting:
            yield
            return
        self._acting = True
        try:
            with self.stage.do(
                Text(zh=zh, en=en).format(who=self.person.alias), self.person.alias, self.session
            ):
                yield
        finally:
            self._acting = False

    def _step_of_page(self, words: Text) -> AbstractContextManager[None]:
        """Of what a page object does by itself."""
        return self.step(f"{{who}} {_plain(words.zh)}", f"{{who}} {_plain(words.en)}")


def step(zh: str, en: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a method of an :class:`Actor` a step, told in product words.

    ``{who}`` stands for the actor's alias, every other field for the argument of that name.
    A step inside a step is part of it, and not told apart.
    """
    text = Text(zh=zh, en=en)

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(method)

        @functools.wraps(method)
        def perform(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            actor: Actor[Any] = bound.arguments["self"]
            words = {name: value for name, value in bound.arguments.items() if name != "self"}
            said = text.format(who=actor.person.alias, **words)
            with actor.step(_plain(said.zh), _plain(said.en)):
                return method(*args, **kwargs)

        return perform

    return decorate


def _plain(text: str) -> str:
    """A text as a template that stands for itself."""
    return text.replace("{", "{{").replace("}", "}}")

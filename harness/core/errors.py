"""The errors of the harness, and the one question each of them answers: whose fault is it?

::

    HarnessError
    ├── UsageError        bad input: configuration, contract, catalogue, command line   exit 2
    ├── BrokenError       the harness or the system under test could not do its part    exit 3
    │   ├── ProcessDied       a process of the run ended: says which, how, and its last words
    │   │   └── ProcessStopped    a process of the run is stopped by a signal
    │   ├── DriverError       Playwright, Minium or httpx failed for a reason that is not the product's
    │   ├── ProtocolError     a message of the automation protocol was refused
    │   ├── SilentPart        a process of the run is stopped or does not answer
    │   ├── HarnessFault      code of the harness itself threw while the product was used
    │   ├── NoAnswer          a request got no answer from the system under test
    │   └── Timeout           something that must answer did not, within its deadline
    └── NotRun            this driver cannot do what was asked: says what and why
    ProductFault (AssertionError)    the product is wrong                               exit 1
    ├── ContractViolation     an exchange against its contract
    ├── LinkageFault          data or a person did not cross, or crossed wrongly
    ├── PageFault             a page did not do or show what it must
    └── AppException          the product's own code threw

Only product faults subclass ``AssertionError``: pytest and Allure call those *failed* and all else
*broken*. This module owns the classes and their words; it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harness.core.text import Language, Text, text_of

EXIT_PASSED, EXIT_PRODUCT, EXIT_USAGE, EXIT_BROKEN = 0, 1, 2, 3


class HarnessError(Exception):
    """Base of everything the harness raises that is not a verdict on the product.

    ``str()`` is English, :meth:`say` gives either language; ``advice`` is what its reader can do about it, where
    that is known. ``explained_by`` are causes (:mod:`harness.core.causes`) of which it is a consequence, if a test
    shows one.
    """

    explained_by: tuple[str, ...] = ()

    def __init__(self, message: Text | str = "", *, advice: Text | None = None) -> None:
        self.text, self.advice = text_of(message), advice
        super().__init__(self.text.en)

    def say(self, language: Language) -> str:
        return self.text.say(language)


class UsageError(HarnessError):
    """The input is wrong; one message, no traceback.

    ``where`` is ``file:line`` where known, ``nearest`` the closest valid value.
    """

    def __init__(
        self,
        message: Text | str,
        *,
        where: str | None = None,
        nearest: str | None = None,
        advice: Text | None = None,
    ) -> None:
        self.where, self.nearest = where, nearest
        words = text_of(message)
        if nearest:
            zh = f"；是不是 {nearest!r}？" if isinstance(message, Text) else f"; did you mean {nearest!r}?"
            words = Text(zh=words.zh + zh, en=f"{words.en}; did you mean {nearest!r}?")
        super().__init__(words.map(lambda said: f"{where}: {said}") if where else words, advice=advice)


class BrokenError(HarnessError):
    """The harness, its environment or the system under test could not do its part."""


class ProcessDied(BrokenError):
    """A process of the run ended before it should."""

    def __init__(self, name: Text | str, *, how: Text | str, last_words: str = "") -> None:
        self.name = text_of(name).en
        words = Text(zh="{name} 意外退出：{how}", en="{name} died: {how}").format(name=name, how=how)
        if last_words:
            words = Text(
                zh=f"{words.zh}\n  它最后的输出：{last_words}",
                en=f"{words.en}\n  its last words: {last_words}",
            )
        super().__init__(words)


class ProcessStopped(ProcessDied):
    """A process of the run stands still, stopped by a signal: as good as dead, until somebody continues it."""

    def __init__(self, name: Text | str) -> None:
        self.name = text_of(name).en
        words = Text(
            zh="{name} 处于停止状态（SIGSTOP）：在收到 SIGCONT 之前不会应答任何请求",
            en="{name} is stopped (SIGSTOP): it answers nobody until it is continued (SIGCONT)",
        )
        BrokenError.__init__(self, words.format(name=name))


class DriverError(BrokenError):
    """A driver (Playwright, Minium, httpx) failed for a reason that is not the product's."""


class ProtocolError(BrokenError):
    """A message of the automation protocol was refused."""


class Timeout(BrokenError):
    """Something that must answer did not, within its deadline."""


class NotRun(HarnessError):
    """The chosen driver cannot do what was asked; the scenario is *not run*, never green."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What every product fault tells its reader; absent parts are left out of the message.

    ``pointer`` is a place in a contract (``file#/json/pointer``), ``expected`` and ``seen`` are words: a
    :class:`Text`, or a plain value that is the same in both languages.
    """

    platform: str | None = None
    step: str | None = None
    pointer: str | None = None
    expected: Text | str | None = None
    seen: Text | str | None = None
    seed: str | None = None
    reproduce: str | None = None
    notes: tuple[Text | str, ...] = field(default=())

    def lines(self, language: Language = "en") -> list[str]:
        rows = [
            (Text(zh="端", en="platform"), self.platform),
            (Text(zh="步骤", en="step"), self.step),
            (Text(zh="接口规范", en="contract"), self.pointer),
            (Text(zh="预期", en="expected"), self.expected),
            (Text(zh="最后看到", en="last seen"), self.seen),
            (Text(zh="种子", en="seed"), self.seed),
            *((Text(zh="说明", en="note"), _said(note, language)) for note in self.notes),
            (Text(zh="重现", en="reproduce"), self.reproduce),
        ]
        pad = (4, "\u3000") if language == "zh" else (10, " ")  # full-width digits line Chinese up
        return [
            f"  {name.say(language).ljust(*pad)} {text_of(value).say(language)}"
            for name, value in rows
            if value
        ]


def _said(note: Text | str, language: Language) -> str:
    return note.say(language) if isinstance(note, Text) else note


class Explained(BaseException):
    """The part of an error that is told in both languages: ``title`` is one sentence a product manager understands.

    ``language`` is that of ``str()``; :meth:`say` gives either. ``cause`` is equal for all faults of one cause
    (:mod:`harness.core.causes`); the step that fails decides where it is not given.
    """

    def __init__(self, title: Text | str, evidence: Evidence | None = None, *, cause: str = "") -> None:
        self.title = text_of(title)
        self.evidence = evidence or Evidence()
        self.cause = cause
        self.language: Language = "en"
        # What is ours keeps both languages; Python's own AssertionError knows one.
        super().__init__(self.title if isinstance(self, HarnessError) else self.title.en)

    def add(self, *notes: Text) -> None:
        """More to say."""
        self.evidence = replace(self.evidence, notes=(*self.evidence.notes, *notes))

    def say(self, language: Language) -> str:
        return "\n".join([self.title.say(language), *self.evidence.lines(language)])

    def __str__(self) -> str:
        return self.say(self.language)


class HarnessFault(Explained, BrokenError):
    """Code of the harness itself threw while the product was used: nobody's fault but ours."""


class SilentPart(Explained, BrokenError):
    """A process of the run is stopped or does not answer: what was seen meanwhile says nothing of the product."""


class NoAnswer(Explained, BrokenError):
    """A request got no answer from the system under test; which, and what was seen instead.

    ``lasting``: asking again was in vain, so that nothing is to be gained from another attempt.
    """

    def __init__(
        self,
        message: Text | str,
        evidence: Evidence | None = None,
        *,
        lasting: bool = False,
        advice: Text | None = None,
    ) -> None:
        super().__init__(message, evidence)
        self.lasting, self.advice = lasting, advice


class ProductFault(Explained, AssertionError):
    """The product is wrong."""


class ContractViolation(ProductFault):
    """An exchange against its contract."""


class LinkageFault(ProductFault):
    """Data or a person did not cross between the platforms, or crossed wrongly."""


class PageFault(ProductFault):
    """A page did not do or show what it must."""


class AppException(ProductFault):
    """The product's own code threw."""

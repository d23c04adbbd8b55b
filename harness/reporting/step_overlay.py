"""The steps of one test in Allure: the author's as they are, ours in the language of the report.

allure-pytest wrote both, nested as they happened, ours in the language of the run. Which of them are ours the
step events tell, by their words; a step only the events know (its process was killed) is added at its time.
"""

from __future__ import annotations

from typing import Any

from harness.core.text import Language, Text
from harness.reporting import raw_results
from harness.reporting.event_records import Step
from harness.reporting.language import platform_name
from harness.reporting.raw_results import Item


class StepOverlay:
    """The step events of one test, each laid over the step of Allure that it tells of.

    ``fault`` is the message of the test's verdict.
    """

    def __init__(self, events: tuple[Step, ...], fault: Text | None, language: Language) -> None:
        self._left = list(events)
        self._fault, self._language = fault, language

    def lay_over(self, steps: list[Item]) -> list[Item]:
        """The same steps; all that is in them stays."""
        return [self._laid_over(step) for step in steps]

    def with_missing(self, steps: list[Item]) -> list[Item]:
        """``steps`` and those of the events that were laid over none, each before what began after it."""
        complete, place = list(steps), 0
        for event in self._left:
            added = self._from_event(event)
            while place < len(complete) and complete[place].get("start", 0) <= added["start"]:
                place += 1
            complete.insert(place, added)
            place += 1
        self._left = []
        return complete

    def _laid_over(self, step: Item) -> Item:
        event = self._take(step)
        laid: Item = {**step, "steps": self.lay_over(raw_results.steps(step))}
        if event is not None:
            laid["name"] = self._name(event)
        if details := self._details(step, ours=event is not None):
            laid["statusDetails"] = details
        else:
            laid.pop("statusDetails", None)
        return laid

    def _take(self, step: Item) -> Step | None:
        """The event of a step of ours: of those with its words, the one that ended nearest to it."""
        words = step.get("name")
        same = [event for event in self._left if words in (event.text.zh, event.text.en)]
        if not same:
            return None
        nearest = min(same, key=lambda event: abs(_milliseconds(event) - step.get("stop", 0)))
        self._left.remove(nearest)
        return nearest

    def _details(self, step: Item, *, ours: bool) -> dict[str, Any] | None:
        """What a step says of its failure; where that is the test's own fault, in the report's language."""
        details: dict[str, Any] = step.get("statusDetails") or {}
        if self._fault is None or self._fault.zh == self._fault.en:
            return details
        first = [text.strip().partition("\n")[0] for text in (self._fault.zh, self._fault.en)]
        if any(line and line in (details.get("message") or "") for line in first):
            return {**details, "message": self._fault.say(self._language)}
        # A step of ours says it in the language of the run, and the test says it all.
        return None if ours else details

    def _name(self, event: Step) -> str:
        where, text = platform_name(event.platform, self._language), event.text.say(self._language)
        return f"{where} · {text}" if where else text

    def _from_event(self, event: Step) -> Item:
        stop = _milliseconds(event)
        return {
            "name": self._name(event),
            "status": event.outcome,
            "start": stop - round(event.seconds * 1000),
            "stop": stop,
        }


def _milliseconds(event: Step) -> int:
    """The end of a step as Allure writes it."""
    return round(event.at.timestamp() * 1000)

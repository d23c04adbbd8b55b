"""Run folders of a small shop, told event by event: whole, cut short, in parts, damaged. Nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.core.events import EventLog
from harness.core.payloads import ProcessStart, RunEnd, RunStart, Selection
from harness.core.shards import events_written
from harness.core.text import Text
from harness.reporting import run_files
from tests.support.sample import Sample

SCENARIOS = {"L01": "P0", "L02": "P0", "L03": "P1"}
POINTS, ORDERS = "contracts/shared.yaml::website::getPoints", "contracts/shared.yaml::website::createOrder"
CONTRACT_TESTS = (POINTS, ORDERS)
DOCUMENTS = {"shared.yaml": "tested", "wechat.yaml": "traffic"}


def node(id: str) -> str:
    return f"scenarios/test_{id}.py::test_{id}"


class History(Sample):
    """One run. By default all of the shop's tests are selected; :meth:`run` plays those it is told, in order."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.log.close()
        (folder / "events" / f"{self.log.source}.jsonl").unlink()
        (folder / run_files.TARGETS).write_text('{"backends": {}, "not_producible": []}', encoding="utf-8")
        self.main = self.log = EventLog(folder, folder.name, "pytest")
        self.proxy = EventLog(folder, folder.name, "proxy")
        self.supervisor = EventLog(folder, folder.name, "supervisor")

    def begin(
        self,
        *,
        left_out: Iterable[str] = (),
        not_collected: Iterable[str] = (),
        scenarios: Mapping[str, str] = SCENARIOS,
        contract_tests: Sequence[str] = CONTRACT_TESTS,
        documents: Mapping[str, str] = DOCUMENTS,
        not_asked: Iterable[str] = (),
        linkage_checks: Iterable[str] = (),
        others: Iterable[str] = (),
        selection: bool = True,
        **more: Any,
    ) -> None:
        """The start of the run and its selection; tests are named by scenario or node id."""
        self.main.write(
            RunStart.model_validate({"name": "shop", "environment": "disposable", "language": "en"})
        )
        self.supervisor.write(ProcessStart(name="proxies", group="proxy", role="proxy"))
        tests = [
            *({"test": node(id), "scenario": id} for id in scenarios),
            *({"test": test, "document": "shared.yaml", "group": "contract"} for test in contract_tests),
            *({"test": test, "document": "linkage.yaml", "group": "promise"} for test in linkage_checks),
            *({"test": test} for test in others),
        ]
        gone, out = set(map(self._node, not_collected)), set(map(self._node, left_out))
        if not selection:
            return
        self.main.write(
            Selection.model_validate(
                {
                    "arguments": ["contracts", "scenarios"],
                    "catalogue": [
                        {
                            "id": id,
                            "title": {"zh": id, "en": id},
                            "priority": priority,
                            "level": "linkage",
                            "platforms": ["website", "miniprogram"],
                        }
                        for id, priority in scenarios.items()
                    ],
                    "documents": [
                        {"name": name, "use": use, "asked": name not in not_asked}
                        for name, use in documents.items()
                    ],
                    "tests": [
                        {**test, "selected": test["test"] not in out}
                        for test in tests
                        if test["test"] not in gone
                    ],
                    **more,
                }
            )
        )

    def play(
        self, *names: str, verdict: str = "passed", traffic: bool = True, recorded: bool = True, **more: Any
    ) -> None:
        """Tests that came to a verdict, one after the other."""
        for name in names:
            test = self._node(name)
            if name not in SCENARIOS:
                self.verdict(test, verdict, result=False, group="contract", id=test, **more)
                continue
            self.start(name, traffic=traffic, recorded=recorded)
            its = {"id": name, "priority": SCENARIOS[name], "group": "linkage", "platforms": ["website"]}
            its |= {"title": {"zh": f"场景 {name}", "en": f"scenario {name}"}}
            self.verdict(test, verdict, result=False, **its, **more)

    def start(self, name: str, *, traffic: bool = True, recorded: bool = True) -> None:
        """A scenario begins: one step, and one request of it."""
        test, words = self._node(name), {"zh": name, "en": name}
        known = ["website"] if recorded else []
        trace = self.scenario(test, name, words, priority=SCENARIOS[name], recorded=known)
        if traffic:
            self.log = self.proxy
            self.exchange(self.POINTS, trace, "0000000100000001")
            self.log = self.main
        self.step(test, 1, "website", "一", "one")

    def end(self, exit_code: int = 0, stopped: Text | None = None) -> None:
        written = events_written(self.folder, but=self.main.source)
        self.main.write(RunEnd(exit_code=exit_code, events=written, stopped=stopped))

    def all(self) -> None:
        """Everything ran and passed."""
        self.begin()
        self.play(*SCENARIOS, *CONTRACT_TESTS)
        self.end()

    def close(self) -> None:
        for log in (self.main, self.proxy, self.supervisor):
            log.close()

    def shard(self, role: str) -> Path:
        (path,) = (self.folder / "events").glob(f"{role}-*.jsonl")
        return path

    def damage(self, role: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
        """Change the lines of a shard, as a disk, an editor or a sync tool would."""
        shard = self.shard(role)
        shard.write_bytes(b"\n".join(change(shard.read_bytes().splitlines())))

    @staticmethod
    def _node(name: str) -> str:
        return node(name) if name in SCENARIOS else name

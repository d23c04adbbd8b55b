"""What a run covers, in numbers and in words: which scenarios, contract tests, linkage checks were selected and ran.

A verdict says no more than this. Owns the sentence of a passed run and the lines that stand under every verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from harness.core.payloads.completeness import CollectedTest
from harness.core.text import Text
from harness.reporting.language import words
from harness.reporting.selection import LeftOut, Selected

CONTRACT, LINKAGE = "contract", "promise"  # groups of tests
SHOWN = 12  # scenarios named in a line
Share = Literal["all", "a part", "none"]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is of one kind of tests, how much of it was selected, and how much ran."""

    there: int
    selected: int
    ran: int
    whole: bool  # nothing was left out, as far as the run can tell

    @property
    def share(self) -> Share:
        if not self.selected:
            return "none"
        return "all" if self.whole and self.selected == self.there else "a part"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run covers. ``unused``: documents no service lists; ``traffic_only``: those without contract tests;
    ``empty``: those that should have some and have none. ``not_provided``: operations that a stand-in lacks.
    """

    known: bool
    part: bool
    scenarios: Extent
    contract_tests: Extent
    linkage_checks: Extent
    other: Extent
    left_out: tuple[LeftOut, ...]
    traffic_only: tuple[str, ...]
    unused: tuple[str, ...]
    empty: tuple[str, ...]
    not_run: int  # tests that were selected and did not run
    not_provided: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all there is was selected, and there are scenarios and contract tests."""
        several = self.scenarios.share == self.contract_tests.share == "all"
        linkage = self.linkage_checks
        return self.known and several and (linkage.share == "all" or (linkage.whole and not linkage.there))

    @property
    def passed(self) -> Text:
        """The sentence of a run that passed every rule."""
        if not self.known:
            return words(
                "所运行的部分通过：记录中没有写明选定了哪些测试，不足以决定是否发布",
                "Passed, of what was run: which tests were selected is not in the record, so it decides no release",
            )
        if self.whole:
            rest = self.not_run
            return words(
                "可以发布：全部门禁规则通过" + (f"；有 {rest} 个测试未执行" if rest else ""),
                "Ready to release: every rule of the gate passed"
                + (f"; tests not run: {rest}" if rest else ""),
            )
        checks = (self.contract_tests, self.linkage_checks)
        if self.scenarios.share == "none" and any(each.selected for each in checks):
            partly = any(each.share == "a part" for each in checks)
            linkage, contract = self.linkage_checks.selected, self.contract_tests.selected
            zh = "与".join(["契约测试"] * bool(contract) + ["联动契约检查"] * bool(linkage))
            en = " and ".join(["contract tests"] * bool(contract) + ["linkage checks"] * bool(linkage))
            silent = words("各端的页面", "the pages of any end") if linkage else words("联动", "linkage")
            return words(
                f"通过，但只有{'部分' if partly else ''}{zh}：未选定任何场景，不能说明{silent.zh}是否正常",
                f"Passed, {'a part of the ' if partly else ''}{en} only: no scenario was selected, so this says "
                f"nothing about {silent.en}",
            )
        if self.scenarios.selected and not any(each.selected for each in checks):
            partly = self.scenarios.share == "a part"
            return words(
                f"通过，但只有{'部分' if partly else ''}场景：未选定任何契约测试",
                f"Passed, {'a part of the ' if partly else ''}scenarios only: no contract test was selected",
            )
        return words(
            "选定的部分通过：只是一部分，不足以决定是否发布",
            "Passed, of what was selected: it is only a part, which decides no release",
        )

    @property
    def lines(self) -> list[Text]:
        """What the run covers, and what it does not, a line for each."""
        if not self.known:
            return []
        found = [
            _scenarios(self.scenarios),
            _contract_tests(self.contract_tests),
            *(
                [_line("联动契约检查", "Linkage checks", self.linkage_checks)]
                if self.linkage_checks.there
                else []
            ),
            *([_line("其他测试", "Other tests", self.other)] if self.other.there else []),
        ]
        for reason, left_out in _by_reason(self.left_out):
            ids = [f"{each.scenario.id} ({each.scenario.priority})" for each in left_out[:SHOWN]]
            ids += ["…"] * (len(left_out) > SHOWN)
            found.append(
                words(
                    f"未选定的场景：{'、'.join(ids)}，{reason.zh}",
                    f"Scenarios left out: {', '.join(ids)}: {reason.en}",
                )
            )
        for names, zh, en in (
            (self.empty, "没有收集到契约测试的接口规范", "Contracts of which no contract test was collected"),
            (
                self.traffic_only,
                "只用于校验流量、没有契约测试的接口规范",
                "Contracts that only traffic is judged by",
            ),
            (self.unused, "没有服务引用的接口规范", "Contracts that no service lists"),
        ):
            if names:
                found.append(words(f"{zh}：{'、'.join(names)}", f"{en}: {', '.join(names)}"))
        if self.not_provided:
            some = [*self.not_provided[:SHOWN], *(["…"] if len(self.not_provided) > SHOWN else [])]
            found.append(
                words(
                    f"挡板没有提供的接口（测试工具的缺口，不是产品的问题）：{'、'.join(some)}",
                    f"Not provided by a stand-in (a lack of the harness, no fault of the product): {', '.join(some)}",
                )
            )
        return found


def scope_of(selected: Selected, ran: Iterable[str], not_provided: tuple[str, ...] = ()) -> Scope:
    """``ran``: the tests that came to a verdict."""
    done = set(ran)
    collected, tests = list(selected.collected.values()), selected.tests.values()
    documents = list(selected.documents.values())
    tested = [document for document in documents if document.use == "tested"]
    linkage = [document for document in documents if document.use == "linkage"]
    chosen = {test.scenario for test in tests if test.scenario} & selected.scenarios.keys()
    deselected = any(test.scenario and not test.selected for test in collected)

    def extent(of: Callable[[CollectedTest], bool], asked: bool) -> Extent:
        its = [test for test in collected if of(test)]
        ran = sum(test.selected and test.test in done for test in its)
        return Extent(len(its), sum(test.selected for test in its), ran, asked and not selected.errors)

    return Scope(
        known=selected.known,
        part=selected.part,
        scenarios=Extent(
            there=len(selected.scenarios),
            selected=len(chosen),
            ran=len({test.scenario for test in tests if test.test in done} & chosen),
            whole=not deselected and not selected.errors,
        ),
        contract_tests=extent(lambda test: test.group == CONTRACT, all(each.asked for each in tested)),
        linkage_checks=extent(lambda test: test.group == LINKAGE, all(each.asked for each in linkage)),
        other=extent(lambda test: test.group not in (CONTRACT, LINKAGE) and not test.scenario, True),
        left_out=selected.left_out,
        traffic_only=tuple(document.name for document in documents if document.use == "traffic"),
        unused=tuple(document.name for document in documents if document.use == "unlisted"),
        empty=tuple(
            each.name
            for each in tested
            if each.asked and not any(test.document == PurePath(each.name).name for test in collected)
        ),
        not_run=sum(test.test not in done for test in tests),
        not_provided=not_provided,
    )


def _scenarios(extent: Extent) -> Text:
    if not extent.there:
        return words("场景：项目没有场景清单", "Scenarios: the project has no catalogue of any")
    return _line("场景", "Scenarios", extent)


def _contract_tests(extent: Extent) -> Text:
    if not extent.there:
        return words("契约测试：一个也没有收集", "Contract tests: none was collected")
    line = _line("契约测试", "Contract tests", extent)
    if extent.whole:
        return line
    return words(f"{line.zh}（未收集全部接口规范）", f"{line.en} (not all contracts were collected)")


def _line(zh: str, en: str, extent: Extent) -> Text:
    return words(
        f"{zh}：共 {extent.there} 个，选定 {extent.selected} 个，执行 {extent.ran} 个",
        f"{en}: {extent.selected} of {extent.there} selected, {extent.ran} ran",
    )


def _by_reason(left_out: Sequence[LeftOut]) -> Iterable[tuple[Text, list[LeftOut]]]:
    found: dict[str, list[LeftOut]] = {}
    for each in left_out:
        found.setdefault(each.reason.en, []).append(each)
    return [(group[0].reason, group) for group in found.values()]

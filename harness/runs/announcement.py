"""What a run says of itself before anything ran: what is tested, with which drivers, against which contracts."""

from __future__ import annotations

import subprocess
from functools import partial
from importlib.metadata import version
from pathlib import Path

from harness.automator.endpoint_checks import OURS, record
from harness.checks import waivers
from harness.config.settings import place_of
from harness.conformance.kinds.parity import NODE as PARITY
from harness.contracts import load
from harness.core.chromium import find_chromium
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.payloads import Operation, RunStart
from harness.core.payloads.run import WaiverEntry
from harness.core.text import Text, text_of
from harness.platforms.settings import MiniProgramSettings
from harness.runs import service_documents, targets
from harness.runs.environment_rules import check as check_rules
from harness.runs.run import Run

UNCONFIRMED = Text(zh="{ours}，未在开发者工具上确认", en="{ours}, not confirmed on DevTools")
CONFIRMED = Text(
    zh="{ours}，{total} 项检查中有 {agreed} 项已在开发者工具 {tool} 上确认",
    en="{ours}, confirmed on DevTools {tool} for {agreed} of {total} checks",
)


def announcement(run: Run, arguments: list[str]) -> RunStart:
    """What the first event of the run says; writes down what there is to cover.

    Errors: UsageError for a contract that cannot be read.
    """
    services = run.settings.services
    names = dict.fromkeys(name for service in services.values() for name in service.contracts)
    contracts = {name: load(run.settings.contract(name), readable=run.settings.readable) for name in names}
    for contract in contracts.values():
        for operation in contract.operations:
            for name in operation.served_by:
                if name not in services:
                    where = f"{contract.path}:{operation.line or 1}"
                    message = f"{operation.id}: x-served-by names no service: {name!r}"
                    raise UsageError(message, where=where, nearest=nearest(name, services, alike=ANY))
    place = partial(place_of, run.config, run.change.profile)
    check_rules(run.settings, contracts, place)
    service_documents.check(run.settings, contracts, place)
    targets.write(run.settings, contracts, run.folder)
    excused = waivers.load(run.settings.waivers)
    waivers.check_names(
        excused,
        {name: contract.ids for name, contract in contracts.items()},
        [*services, PARITY],
    )
    return RunStart(
        name=run.settings.name,
        argv=arguments,
        seed=run.seed,
        language=run.language,
        commit=_commit(run.settings.root),
        environment=str(run.settings.environment),
        profile=run.settings.profile,
        platforms=list(run.settings.used_platforms),
        drivers=_drivers(run),
        contracts={name: contract.version for name, contract in contracts.items()},
        operations={
            service: [
                Operation(pointer=operation.pointer, operation_id=operation.id)
                for name in its.contracts
                for operation in contracts[name].operations
                if operation.serves(service)
            ]
            for service, its in services.items()
        },
        fault=run.fault,
        contracts_from=run.change.version,
        waivers=[
            WaiverEntry.model_validate(entry.model_dump(mode="json", exclude={"case"}))
            for entry in excused.all
        ],
    )


def _drivers(run: Run) -> dict[str, Text]:
    """What drives each end the project describes."""
    return {
        name: driver_of(end) if isinstance(end, MiniProgramSettings) else text_of(_browser())
        for name, end in run.settings.ends.items()
    }


def driver_of(miniprogram: MiniProgramSettings) -> Text:
    """What runs the mini-program, and how far that has been compared with WeChat DevTools."""
    if miniprogram.driver == "devtools":
        return Text(zh="微信开发者工具", en="WeChat DevTools")
    ours = Text(zh="模拟器 {version}", en="simulator {version}").format(version=version("linkage-harness"))
    if miniprogram.devtools_record is None:
        return UNCONFIRMED.format(ours=ours)
    theirs = record.read(miniprogram.devtools_record)
    if theirs.endpoint != "devtools":
        raise UsageError("a record of the simulator confirms nothing", where=str(miniprogram.devtools_record))
    agreed, total = record.confirmed(record.read(OURS), theirs)
    return CONFIRMED.format(ours=ours, tool=theirs.tool, agreed=agreed, total=total)


def _browser() -> str:
    """``Chromium 156.0.8078.79``; the file's name where it does not tell (Windows)."""
    try:
        path = find_chromium()
    except UsageError:
        return "Chromium (Playwright)"
    said = _output_of([str(path), "--version"])
    return said.partition(" built on")[0] or path.name


def _commit(root: Path) -> str:
    """The commit of the tree that was tested, ``-dirty`` where it differs; '' outside a checkout."""
    return _output_of(["git", "describe", "--always", "--dirty"], cwd=root)


def _output_of(command: list[str], cwd: Path | None = None) -> str:
    try:
        out = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return out.stdout.strip() if out.returncode == 0 else ""

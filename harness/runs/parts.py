"""The parts of a run: whether each still does its work, asked before anything is said to be the product's fault.

A process that is gone, one that is stopped and recording proxies that do not answer explain every failure there
may be, and none of them is the product's.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.core.errors import BrokenError, ProcessDied, SilentPart
from harness.core.polling import poll
from harness.core.text import Text
from harness.processes.system import System
from harness.runs.plan import PORTS, local, ports_of_edges
from harness.runs.run import Run
from harness.traffic.asking import Pending, ProxyState, state_of

# Seconds from the end of its connections until a process is gone, and from then until the supervisor tells it.
GONE_WITHIN, NOTICE_WITHIN = 0.1, 0.6
PROXIES = Text(zh="本次运行的录制代理", en="the recording proxies of this run")
SILENT_AFTER = 1.0  # seconds; an answer that takes no longer is not missed


def require_parts(run: Run, *, after_failure: bool = False) -> None:
    """Every part of the running system does its work. Costs a few milliseconds where it does.

    ``after_failure``: something failed just now, and a process that died of it may not be gone yet.
    Errors: ProcessDied for a process that is gone, SilentPart for one that is stopped or does not answer.
    """
    system = run.running
    if system is None:
        return
    _require_life(run, system, GONE_WITHIN if after_failure else 0.0)
    if stopped := system.stopped():
        zh = "、".join(f"{name}（进程 {pid}）" for name, pid in stopped.items())
        en = ", ".join(f"{name} (process {pid})" for name, pid in stopped.items())
        asked = [each.text for each in _pending(run, stopped, system)]
        raise SilentPart(
            Text(
                zh="；".join([f"已被暂停（SIGSTOP）：{zh}", *(each.zh for each in asked)]),
                en="; ".join([f"stopped by a signal (SIGSTOP): {en}", *(each.en for each in asked)]),
            )
        )
    try:
        _state(run)
    except SilentPart:
        _require_life(run, system, GONE_WITHIN)
        raise


def silent_requests(run: Run, trace_id: str = "") -> list[Pending]:
    """Requests that somebody has been waiting for in vain; those of a trace, or of no trace that is known.

    Errors: as :func:`require_parts`.
    """
    if run.running is None:
        return []
    return [
        each
        for each in _state(run).pending
        if not each.endless and each.seconds >= SILENT_AFTER and each.trace_id in ("", trace_id)
    ]


def lost_exchanges(run: Run) -> int:
    """How many exchanges the record does not hold, nor tells of; 0 where that cannot be asked."""
    try:
        return _state(run).lost if (run.folder / PORTS).is_file() else 0
    except BrokenError:
        return 0


def _pending(run: Run, stopped: dict[str, int], system: System) -> Sequence[Pending]:
    """What the processes that are stopped are asked in vain."""
    if "proxies" in stopped or "proxies" not in system.processes:
        return ()
    return [each for each in _state(run).pending if each.target in stopped and each.status is None]


def _state(run: Run) -> ProxyState:
    ports = ports_of_edges(run.folder)
    try:
        return state_of(local(next(iter(ports.values()))))  # one process serves them all
    except BrokenError as error:
        words = Text(zh="{proxies}没有响应：{why}", en="{proxies} do not answer: {why}")
        raise SilentPart(words.format(proxies=PROXIES, why=error.text)) from None


def _require_life(run: Run, system: System, gone_within: float) -> None:
    """ProcessDied where a process is gone; where all of them run, nobody is kept waiting for a death."""
    for within in (gone_within, NOTICE_WITHIN):
        poll(lambda: _death(run), lambda died: died is not None, within=within, every=0.1)
        run.check()
        if system.is_whole():
            return


def _death(run: Run) -> ProcessDied | None:
    try:
        run.check()
    except ProcessDied as died:
        return died
    return None

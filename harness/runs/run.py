"""One run: its id, folder, language and seed, and the system it started.

Made once by the process that owns the run (pytest's controller, or a command); xdist workers join it by the
environment. Owns no verdict.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from harness.config.settings import HarnessSettings, check_contracts, load
from harness.core import advice
from harness.core.errors import BrokenError, UsageError
from harness.core.events import EventLog, read_events
from harness.core.payloads import RunStart
from harness.core.polling import pause
from harness.core.proxy_variables import except_loopback
from harness.core.text import Language, Text
from harness.processes.health import require_healthy
from harness.processes.plan import ProcessPlan
from harness.processes.supervisor import STATE, publish
from harness.processes.system import System
from harness.reporting import raw_results
from harness.runs import cleanup, fault_switch, faults
from harness.runs.data import prepare
from harness.runs.edge_discovery import edges
from harness.runs.environment_rules import interval, require_permission
from harness.runs.plan import DATA, edge_url, system_plan
from harness.runs.resident.lease import Lease, leave
from harness.runs.resident.state import ResidentState, Use
from harness.runs.vendor import contracts_at
from harness.traffic.obstruction import set_obstructed

NO_SEED = Text(zh="seed 是整数，而不是 {seed!r}", en="a seed is a whole number, not {seed!r}")
NO_RUN = Text(
    zh=f"还没有任何运行：请先执行 '{advice.harness('run')}'",
    en=f"no run yet: try '{advice.harness('run')}' first",
)
STARTING = Text(zh="正在启动：{names}", en="starting {names}")
STARTED = Text(zh="已启动，用时 {seconds:.1f} 秒", en="started in {seconds:.1f} s")
UNPREPARED = "unprepared.json"  # why the data of the run could not be prepared


@dataclass(frozen=True, slots=True)
class Change:
    """What one run changes in the settings: every process of the run makes the same change.

    ``contracts`` is the folder of another version of the contracts, ``version`` how it was asked for;
    ``profile`` is the one chosen when the settings were read, ``warm`` are the faults planted one after the
    other while the system runs, ``whole`` whether every test concerned runs with each of them.
    """

    contracts: str | None = None
    version: str | None = None
    seconds: int | None = None
    fault: str | None = None
    profile: str | None = None
    warm: tuple[str, ...] = ()
    whole: bool = False

    def apply(self, settings: HarnessSettings, folder: Path) -> HarnessSettings:
        if self.contracts:
            # What stands beside the contracts is the project's own, not the other version's.
            beside = {"linkage": settings.linkage_map, "waivers": settings.waivers}
            paths = settings.paths.model_copy(update={**beside, "contracts": Path(self.contracts)})
            settings = settings.model_copy(update={"paths": paths})
            check_contracts(settings)
        if self.seconds:
            conformance = settings.conformance.model_copy(update={"seconds": self.seconds})
            settings = settings.model_copy(update={"conformance": conformance})
        if self.warm:
            settings = fault_switch.prepare(settings)
        return faults.plant(settings, self.fault, folder) if self.fault else settings


@dataclass(slots=True)
class Run:
    """A run folder and what is known of it before anything ran."""

    settings: HarnessSettings
    config: Path
    id: str
    folder: Path
    language: Language
    seed: str
    owner_pid: int
    change: Change
    role: str = "pytest"
    planted: str = ""  # the fault planted in the running system at the moment
    resident: bool = False
    """Whether it may work on the system that ``harness up`` keeps."""
    beside: tuple[ProcessPlan, ...] = ()
    """Processes that the system has beside its services and proxies."""
    tell: Callable[[Text], None] = field(default=lambda text: None, repr=False)
    """Gets what people wait for while it happens, in words."""
    _system: System | None = None
    _starting: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _log: EventLog | None = field(default=None, repr=False)
    _lease: Lease | None = field(default=None, repr=False)

    @staticmethod
    def begin(
        config: Path,
        *,
        language: Language | None = None,
        seed: str | None = None,
        fault: str | None = None,
        contracts: str | None = None,
        seconds: int | None = None,
        profile: str | None = None,
        warm: Sequence[str] = (),
        whole: bool = False,
        yes_production: str | None = None,
        resident: bool = False,
    ) -> Run:
        """A new run of the system that ``config`` (a harness.toml) describes.

        ``contracts`` tests against another version (a folder or a git ref), ``seconds`` changes the budget of
        an operation, ``profile`` chooses one of harness.toml's. A system in production is refused unless
        ``yes_production`` (or HARNESS_PRODUCTION) is its name.
        """
        except_loopback(os.environ)
        settings = load(config, profile=profile)
        require_permission(settings, yes_production)
        seed = _number(seed) if seed else str(secrets.randbelow(10**6))
        id = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        folder = settings.paths.runs / id
        folder.mkdir(parents=True)
        change = Change(
            contracts=contracts and str(contracts_at(contracts, settings.paths.contracts, folder)),
            version=contracts,
            seconds=seconds,
            fault=fault,
            profile=settings.profile,
            warm=tuple(warm),
            whole=whole,
        )
        return Run(
            change.apply(settings, folder),
            config.resolve(),
            id,
            folder,
            language or settings.language,
            seed,
            os.getpid(),
            change,
            resident=resident and not (fault or warm or contracts),
        )

    @staticmethod
    def outline(config: Path, *, profile: str | None = None) -> Run:
        """A run of which only the tests are listed: it has no folder, and must not be written to or started."""
        settings = load(config, profile=profile)
        nowhere = settings.paths.runs / "none"
        change = Change(profile=settings.profile)
        return Run(settings, config.resolve(), "none", nowhere, settings.language, "0", os.getpid(), change)

    def invitation(self) -> str:
        """What :meth:`join` needs, as one line."""
        return json.dumps(
            {
                "config": str(self.config),
                "id": self.id,
                "folder": str(self.folder),
                "language": self.language,
                "seed": self.seed,
                "owner_pid": self.owner_pid,
                "change": asdict(self.change),
                "resident": self.resident,
            }
        )

    @staticmethod
    def join(invitation: str, *, role: str = "pytest") -> Run:
        except_loopback(os.environ)
        data = json.loads(invitation)
        folder = Path(data["folder"])
        change = Change(**{**data["change"], "warm": tuple(data["change"]["warm"])})
        return Run(
            change.apply(load(Path(data["config"]), profile=change.profile), folder),
            Path(data["config"]),
            data["id"],
            folder,
            data["language"],
            data["seed"],
            data["owner_pid"],
            change,
            role,
            resident=data["resident"],
        )

    @property
    def fault(self) -> str | None:
        """The planted fault, where there is one; all of them where they are planted one after the other."""
        return self.change.fault or ", ".join(dict.fromkeys(self.change.warm)) or None

    @property
    def log(self) -> EventLog:
        with self._starting:
            if self._log is None:
                self._log = EventLog(self.folder, self.id, self.role, keep=True)
            return self._log

    # the system under test

    def system(self) -> System:
        """The running system: the first who asks starts it, with a recording proxy on every edge."""
        with self._starting:  # checks of one process may ask at the same time
            return self._system or self._start_or_attach()

    def _start_or_attach(self) -> System:
        with FileLock(self.folder / "system.lock"):
            if (self.folder / UNPREPARED).exists():
                raise BrokenError(Text(**json.loads((self.folder / UNPREPARED).read_bytes())))
            if (self.folder / STATE).exists():
                self._system = System.attach(self.folder)
                return self._system
            if (shared := self._resident_system()) is not None:
                self._prepare_data()
                self._system = shared
                return shared
            began = time.monotonic()
            self.tell(STARTING.format(names=", ".join(self.settings.services)))
            plan = system_plan(self.settings, self.id, self.folder, self.owner_pid, self.beside)
            system = System.start(plan, within=self.settings.start_within)
            every = interval(self.settings) or 0.05
            for name, service in self.settings.services.items():
                if service.url is not None:
                    address, within = service.url + service.health, self.settings.start_within
                    tls = service.tls.context() if service.tls is not None else None
                    require_healthy(name, address, within=within, every=every, tls=tls)
            self._prepare_data()
            self._system = system
            self.tell(STARTED.format(seconds=time.monotonic() - began))
            return system

    def _prepare_data(self) -> None:
        """Once, for all processes of the run; where it fails, nothing of the run can be trusted."""
        try:
            prepare(self.settings, self.folder, "run")
        except BrokenError as error:
            publish(self.folder / UNPREPARED, error.text.to_json())
            raise

    def _resident_system(self) -> System | None:
        """The resident system: that of the process of this run that came first, or leased now."""
        if not self.resident:
            return None
        use = Use.read(self.folder)
        if use is not None:
            return None if use.folder is None else System.attach(use.folder)
        self._lease = Lease(self.settings.paths.runs)
        return self._lease.take(self.settings, self.id, self.folder)

    @property
    def shared(self) -> ResidentState | None:
        """The resident system that this run works on."""
        use = Use.read(self.folder) if self.resident else None
        if use is None or use.folder is None:
            return None
        state = ResidentState.read(self.settings.paths.runs)
        return state if state is not None and state.folder == use.folder else None

    @property
    def running(self) -> System | None:
        """The system, where this process has started it or joined it."""
        return self._system

    def check(self) -> None:
        """Raise ProcessDied where a part of the running system is gone."""
        if self._system is not None:
            self._system.check()

    def url(self, source: str, target: str) -> str:
        """The address under which ``source`` calls ``target``: that of the edge's proxy."""
        self.system()
        return edge_url(self.folder, source, target)

    def obstruct(self, service: str, on: bool) -> None:
        """Make ``service`` unreachable for the other services, or reachable again."""
        for edge in edges(self.settings):
            if edge.target == service and edge.source in self.settings.services:
                set_obstructed(self.url(edge.source, edge.target), on=on)

    def wait(self) -> None:
        """Block while the system runs. Errors: ProcessDied when a part of it ends."""
        while True:
            self.check()
            pause(0.2)

    def stop(self) -> None:
        """Stop what this run started; leaves no process and none of its data."""
        with contextlib.suppress(BrokenError):  # its proxies are gone, and record nothing any more
            leave(self.settings, self.folder)
        if self._system is not None and self._system.folder == self.folder:
            self._system.stop()
        System.end(self.folder)
        self._system = None
        if self._lease is not None:
            self._lease.end()
            self._lease = None
        cleanup.write(self.settings, self.folder)
        shutil.rmtree(self.folder / DATA, ignore_errors=True)  # where the supervisor could not

    def close(self) -> None:
        """Stop, and write no more events."""
        self.stop()
        if self._log is not None:
            self._log.close()


def _number(seed: str) -> str:
    """A seed is a number, so that every generator takes it as it is."""
    if not seed.isdecimal():
        raise UsageError(NO_SEED.format(seed=seed))
    return str(int(seed))


def latest(runs: Path) -> Path:
    """The newest run folder in which something was tested. Errors: UsageError where there is none."""
    for folder in sorted(runs.glob("*"), reverse=True):
        started = next(read_events(folder, RunStart), None)
        if started is None:
            # Where the record lacks its beginning, an older run is none the better for it.
            if (folder / raw_results.FOLDER).is_dir():
                return folder
        elif not started.data.fault:
            return folder
    raise UsageError(NO_RUN, where=str(runs))

"""One run: its id, folder, language and seed, and the system it started.

Made once by the process that owns the run (pytest's controller, or a command); xdist workers join it by the
environment. Owns no verdict.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from harness.core.errors import UsageError
from harness.core.events import EventLog
from harness.core.polling import pause
from harness.core.text import Language
from harness.runs import faults
from harness.runs.edges import EdgeName, edges
from harness.runs.settings import HarnessSettings, load
from harness.systems.plan import ProcessPlan, SystemPlan
from harness.systems.ports import free_ports
from harness.systems.system import System

JOIN = "HARNESS_RUN"  # JSON of a run to join, handed to child processes


@dataclass(slots=True)
class Run:
    """A run folder and what is known of it before anything ran."""

    settings: HarnessSettings
    id: str
    folder: Path
    language: Language
    seed: str
    owner_pid: int
    fault: str | None = None
    role: str = "pytest"
    _system: System | None = None
    _log: EventLog | None = field(default=None, repr=False)

    @staticmethod
    def begin(
        config: Path, *, language: Language | None = None, seed: str | None = None, fault: str | None = None
    ) -> Run:
        """A new run of the system that ``config`` (a harness.toml) describes."""
        settings = load(config)
        id = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        folder = settings.paths.runs / id
        folder.mkdir(parents=True)
        if fault:
            settings = faults.plant(settings, fault, folder)
        return Run(
            settings,
            id,
            folder,
            language or settings.language,
            _number(seed) if seed else str(secrets.randbelow(10**6)),
            os.getpid(),
            fault,
        )

    def invitation(self) -> str:
        """What :meth:`join` needs, as one line."""
        return json.dumps(
            {
                "config": str(self.settings.root / "harness.toml"),
                "id": self.id,
                "folder": str(self.folder),
                "language": self.language,
                "seed": self.seed,
                "owner_pid": self.owner_pid,
                "fault": self.fault,
            }
        )

    @staticmethod
    def join(invitation: str, *, role: str = "pytest") -> Run:
        data = json.loads(invitation)
        settings, folder = load(Path(data["config"])), Path(data["folder"])
        if data["fault"]:
            settings = faults.plant(settings, data["fault"], folder)
        return Run(
            settings,
            data["id"],
            folder,
            data["language"],
            data["seed"],
            data["owner_pid"],
            data["fault"],
            role,
        )

    @property
    def log(self) -> EventLog:
        if self._log is None:
            self._log = EventLog(self.folder, self.id, self.role)
        return self._log

    # the system under test

    def system(self) -> System:
        """The running system: the first who asks starts it, with a recording proxy on every edge."""
        if self._system is None:
            with FileLock(self.folder / "system.lock"):
                if (self.folder / "system.json").exists():
                    self._system = System.attach(self.folder)
                else:
                    self._system = System.start(self._plan(), within=self.settings.start_within)
        return self._system

    def check(self) -> None:
        """Raise ProcessDied where a part of the running system is gone."""
        if self._system is not None:
            self._system.check()

    def url(self, source: str, target: str) -> str:
        """The address under which ``source`` calls ``target``: that of the edge's proxy."""
        self.system()
        edge_ports: dict[str, int] = json.loads((self.folder / "ports.json").read_text(encoding="utf-8"))
        return f"http://127.0.0.1:{edge_ports[f'{source}>{target}']}"

    def wait(self) -> None:
        """Block while the system runs. Errors: ProcessDied when a part of it ends."""
        while True:
            self.check()
            pause(0.2)

    def stop(self) -> None:
        """Stop what this run started; leaves no process."""
        if (self.folder / "system.json").exists():
            (self._system or System.attach(self.folder)).stop()
        self._system = None
        # A disposable system's databases hold people's data unmasked: they end with it.
        shutil.rmtree(self.folder / "data", ignore_errors=True)

    def close(self) -> None:
        """Stop, and write no more events."""
        self.stop()
        if self._log is not None:
            self._log.close()

    def _plan(self) -> SystemPlan:
        names, services = edges(self.settings), self.settings.services
        started = [name for name, its in services.items() if its.url is None]
        ports = free_ports(len(names) + len(started))
        edge_port = dict(zip(names, ports, strict=False))
        service_port = dict(zip(started, ports[len(names) :], strict=True))
        address = {
            name: its.url or f"http://127.0.0.1:{service_port[name]}" for name, its in services.items()
        }
        (self.folder / "ports.json").write_text(
            json.dumps({f"{edge.source}>{edge.target}": port for edge, port in edge_port.items()}),
            encoding="utf-8",
        )
        edges_file = self.folder / "edges.json"
        edges_file.write_text(
            json.dumps(
                {
                    "run": self.id,
                    "folder": str(self.folder),
                    "edges": [
                        {
                            "source": edge.source,
                            "target": edge.target,
                            "port": port,
                            "upstream": address[edge.target],
                            "api": list(services[edge.target].api),
                            "contracts": [
                                str(self.settings.contract(name)) for name in services[edge.target].contracts
                            ],
                        }
                        for edge, port in edge_port.items()
                    ],
                }
            ),
            encoding="utf-8",
        )
        processes = [self._service_plan(name, service_port[name], edge_port) for name in started]
        first_edge = next(iter(edge_port.values()))
        proxy = ProcessPlan(
            name="proxies",
            command=[sys.executable, "-m", "harness.traffic", str(edges_file)],
            environment={},
            ready=f"http://127.0.0.1:{first_edge}/__edge__/health",
            log=self.folder / "logs" / "proxies.log",
            group="proxy",
        )
        return SystemPlan(
            run=self.id, folder=self.folder, owner_pid=self.owner_pid, processes=[*processes, proxy]
        )

    def _service_plan(self, name: str, port: int, edge_port: dict[EdgeName, int]) -> ProcessPlan:
        service = self.settings.services[name]
        data = self.folder / "data" / name
        data.mkdir(parents=True, exist_ok=True)

        def fill(text: str) -> str:
            text = text.replace("{python}", sys.executable).replace("{port}", str(port))
            text = text.replace("{data}", str(data))
            for edge, its_port in edge_port.items():
                if edge.source == name:
                    text = text.replace(f"{{url:{edge.target}}}", f"http://127.0.0.1:{its_port}")
            return text

        return ProcessPlan(
            name=name,
            command=[fill(part) for part in service.command or ()],
            environment={key: fill(value) for key, value in service.environment.items()},
            cwd=self.settings.root,
            ready=f"http://127.0.0.1:{port}{service.health}",
            log=self.folder / "logs" / f"{name}.log",
            group="service",
        )


def _number(seed: str) -> str:
    """A seed is a number, so that every generator takes it as it is."""
    if not seed.isdecimal():
        raise UsageError(f"a seed is a whole number, not {seed!r}")
    return str(int(seed))


def latest(runs: Path) -> Path:
    """The newest run folder. Errors: UsageError where there is none."""
    folders = sorted(folder for folder in runs.glob("*") if (folder / "events").is_dir())
    if not folders:
        raise UsageError("no run yet: try 'harness run' first", where=str(runs))
    return folders[-1]

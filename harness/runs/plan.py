"""The plan of a run's system: its services on free ports, and one recording proxy on every edge between them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.checks import waivers
from harness.config.settings import HarnessSettings
from harness.core.errors import BrokenError
from harness.core.text import Text
from harness.processes import clock
from harness.processes.plan import ProcessPlan, SystemPlan
from harness.processes.ports import free_ports
from harness.processes.service_log import ServiceLog
from harness.runs.edge_discovery import EdgeName, edges
from harness.runs.environment_rules import rules_of
from harness.runs.resident.state import Use
from harness.runs.stand_ins import StandIns, lead
from harness.traffic.edges import HEALTH, ROLE, Edge, EdgesPlan

DATA = "data"  # the services' own files, removed when they end: they hold people's data as it is
PORTS, EDGES, SERVICES = "ports.json", "edges.json", "services.json"


def system_plan(
    settings: HarnessSettings,
    run: str,
    folder: Path,
    owner_pid: int,
    beside: Sequence[ProcessPlan] = (),
) -> SystemPlan:
    """What the supervisor is to start; writes the proxies' plan and the ports of the edges to ``folder``."""
    services, names = settings.services, edges(settings)
    excused = waivers.load(settings.waivers)
    codecs = {name: settings.codec_of(name) for name in services}
    for codec in filter(None, codecs.values()):
        codec.load()  # said here where there is none; the proxies load their own
    for service in services.values():
        if service.tls is not None:
            service.tls.context()  # as well
    started = [name for name, its in services.items() if its.url is None]
    ports = free_ports(len(names) + len(started))
    edge_ports = dict(zip(names, ports, strict=False))
    service_ports = dict(zip(started, ports[len(names) :], strict=True))
    address = {name: its.url or local(service_ports[name]) for name, its in services.items()}
    proxied = EdgesPlan(
        run=run,
        folder=folder,
        edges=[
            Edge(
                source=edge.source,
                target=edge.target,
                port=port,
                upstream=address[edge.target],
                contracts=[settings.contract(name) for name in services[edge.target].contracts],
                api=services[edge.target].api,
                health=services[edge.target].health,
                envelope=services[edge.target].envelope,
                stand_in=services[edge.target].stand_in is not None,
                codec=codecs[edge.target],
                waived=excused.identities(edge.target),
                rules=rules_of(settings, edge),
                tls=services[edge.target].tls,
            )
            for edge, port in edge_ports.items()
        ],
        readable=settings.readable,
    )
    (folder / SERVICES).write_text(json.dumps(address), encoding="utf-8")
    (folder / EDGES).write_text(proxied.model_dump_json(), encoding="utf-8")
    (folder / PORTS).write_text(
        json.dumps({f"{edge.source}>{edge.target}": port for edge, port in edge_ports.items()}),
        encoding="utf-8",
    )
    led = lead(settings, edge_ports, folder / DATA / "wechat-ca")
    proxy = ProcessPlan(
        name="proxies",
        command=(sys.executable, "-m", "harness.traffic", str(folder / EDGES)),
        ready=local(next(iter(edge_ports.values()))) + HEALTH,
        log=log_of(folder, "proxies"),
        group="proxy",
        role=ROLE,
    )
    return SystemPlan(
        run=run,
        folder=folder,
        owner_pid=owner_pid,
        discard=folder / DATA,
        processes=(
            *(_service(settings, name, service_ports[name], edge_ports, folder, led) for name in started),
            proxy,
            *beside,
        ),
    )


def edge_url(folder: Path, source: str, target: str) -> str:
    """The address of an edge's proxy, as the plan in ``folder`` has it."""
    return local(ports_of_edges(folder)[f"{source}>{target}"])


def ports_of_edges(folder: Path) -> dict[str, int]:
    """The ports of all edges, by ``source>target``. BrokenError where the run folder is gone."""
    ports: dict[str, int] = _planned(folder / PORTS)
    return ports


def service_url(folder: Path, name: str) -> str:
    """The address of a service itself, as the plan in ``folder`` has it: what is sent there is not recorded."""
    addresses: dict[str, str] = _planned(folder / SERVICES)
    return addresses[name]


def clock_of(folder: Path, name: str) -> Path:
    """The file that says by how much the clock of a service goes ahead."""
    return data_of(folder) / f"{name}.clock"


def data_of(folder: Path) -> Path:
    """The folder of the services' own files, of the system that a run works on."""
    return system_folder(folder) / DATA


def system_folder(folder: Path) -> Path:
    """Where the system of a run keeps its files: the run's own folder, or that of the resident system."""
    use = Use.read(folder)
    return folder if use is None or use.folder is None else use.folder


def _planned(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        gone = Text(
            zh=f"本次运行的文件夹无法读取（运行期间被删除？）：{error.strerror}：{file}",
            en=f"the run folder cannot be read (was it removed during the run?): {error.strerror}: {file}",
        )
        raise BrokenError(gone) from None


def service_log(settings: HarnessSettings, folder: Path, name: str) -> ServiceLog | None:
    """The log of a service; None where the harness is attached to it, and its log is elsewhere."""
    return ServiceLog(log_of(system_folder(folder), name)) if settings.services[name].url is None else None


def log_of(folder: Path, name: str) -> Path:
    return folder / "logs" / f"{name}.log"


def _service(
    settings: HarnessSettings,
    name: str,
    port: int,
    edge_ports: dict[EdgeName, int],
    folder: Path,
    led: StandIns,
) -> ProcessPlan:
    service, data = settings.services[name], folder / DATA / name
    data.mkdir(parents=True, exist_ok=True)
    urls = {f"url:{edge.target}": local(its) for edge, its in edge_ports.items() if edge.source == name}
    others = {f"data:{other}": str(folder / DATA / other) for other in settings.services}
    values = {"python": sys.executable, "port": str(port), "data": str(data), **urls, **others}
    command, own = service.filled(values, where=f"services.{name}")
    environment = {**led.of(name), **own}
    if service.clock and (preloaded := clock.library()) and clock.unable(service.program) is None:
        offset = clock_of(folder, name)
        clock.set_offset(offset, 0)
        environment = {**environment, **clock.environment(preloaded, offset, environment)}
    return ProcessPlan(
        name=name,
        command=command,
        environment=environment,
        cwd=settings.root,
        ready=local(port) + service.health,
        log=log_of(folder, name),
    )


def local(port: int) -> str:
    """The address of a port of this machine."""
    return f"http://127.0.0.1:{port}"

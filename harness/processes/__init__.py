"""Layer 1: the processes of a run: settings of services, the plan, the supervisor, ports, health, ending."""

from __future__ import annotations

from harness.processes.health import require_healthy
from harness.processes.plan import ProcessPlan, SystemPlan
from harness.processes.ports import free_ports
from harness.processes.settings import EnvironmentClass, ServiceSettings
from harness.processes.system import System

__all__ = [
    "EnvironmentClass",
    "ProcessPlan",
    "ServiceSettings",
    "System",
    "SystemPlan",
    "free_ports",
    "require_healthy",
]

"""Layer 1: the processes of a run: settings of services, the plan, the supervisor, ports, health, ending."""

from __future__ import annotations

from harness.systems.health import require_healthy
from harness.systems.plan import ProcessPlan, SystemPlan
from harness.systems.ports import free_ports
from harness.systems.settings import EnvironmentClass, ServiceSettings
from harness.systems.system import System

__all__ = [
    "EnvironmentClass",
    "ProcessPlan",
    "ServiceSettings",
    "System",
    "SystemPlan",
    "free_ports",
    "require_healthy",
]

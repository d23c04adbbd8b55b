"""Contracts. Reads OpenAPI documents, finds the operation of a request, judges exchanges."""

from harness.contracts.bundle import bundle
from harness.contracts.checker import check
from harness.contracts.contract import Contract, Operation
from harness.contracts.index import Index
from harness.contracts.loading import load
from harness.contracts.violations import Checked, Violation

__all__ = ["Checked", "Contract", "Index", "Operation", "Violation", "bundle", "check", "load"]

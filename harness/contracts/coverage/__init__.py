"""Coverage of a contract: which of what it says some traffic has shown.

A *target* is a documented status of an operation, or a keyword of a schema on a parameter or in a body, met by
a value (valid) or broken by one (invalid). Targets are texts, the same in every run:
``getPoints|status|200``, ``listProducts|query.limit|maximum|invalid``, ``createOrder|body/items|minItems|valid``.
Of answers only valid targets are counted: an invalid answer is a violation, not coverage.
"""

from harness.contracts.coverage.operation import OperationCoverage, status_target

__all__ = ["OperationCoverage", "status_target"]

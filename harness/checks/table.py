"""Every check by its id: what it asks for, how grave its finding is, what its waiver is judged by.

One row a check; whoever reports, waives or sorts findings asks here. A check of schemathesis keeps
schemathesis' name, so that its documentation can be found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from harness.contracts.violations import CHECKS as CHECK_OF_CODE

Severity = Literal["critical", "normal"]


@dataclass(frozen=True, slots=True)
class Check:
    """The facts of a check.

    ``expected`` is what it asks for, in words; "" where each finding says it better. ``severity``
    *critical*: its finding lets anybody in, loses what was written, or brings a service down. ``refusal``:
    its request must be refused, so an answer that takes it shows the finding again.
    """

    id: str
    expected: str = ""
    severity: Severity = "normal"
    refusal: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The violations of an exchange (:mod:`harness.contracts.violations`) it is about."""
        return frozenset(code for code, check in CHECK_OF_CODE.items() if check == self.id)


def _by_id(checks: Iterable[Check]) -> dict[str, Check]:
    return {check.id: check for check in checks}


CHECKS = _by_id(
    (
        # schemathesis' own
        Check("not_a_server_error", "no 5xx answer", severity="critical"),
        Check("status_code_conformance", "a documented status"),
        Check("content_type_conformance", "a documented content type"),
        Check("response_headers_conformance", "the declared headers"),
        Check("response_schema_conformance", "the declared body"),
        Check("negative_data_rejection", "a request against the contract is refused (4xx)", refusal=True),
        Check("positive_data_acceptance", "a request that keeps to the contract is taken"),
        Check("missing_required_header", "a request without a required header is refused", refusal=True),
        Check("unsupported_method", "405 for a method the path does not have"),
        Check("allow_header_conformance", "Allow names the methods of the path"),
        Check("ignored_auth", "401 or 403 without valid credentials", severity="critical", refusal=True),
        Check("max_response_time", "an answer in time"),
        # ours
        Check("envelope_conformance", "an answer in the envelope of the backend"),
        Check(
            "object_level_authorization",
            "no access to what belongs to another",
            severity="critical",
            refusal=True,
        ),
        Check("documented_refusal", severity="critical", refusal=True),
        Check("documented_situation"),
        Check("idempotency", severity="critical"),
        Check("reads_back", severity="critical"),
        Check("exactness", severity="critical"),
        Check("filters"),
        Check("pagination"),
        Check("sorting"),
        Check("ensure_resource_availability", "the thing that was just made"),
        Check("use_after_free", "404 or 410"),
        Check("parity"),
        # promises of the linkage contract
        Check("appears"),
        Check("monotonic-reads"),
        Check("last-write-wins"),
        Check("nothing-lost", severity="critical"),
        Check("exactly-once", severity="critical"),
        Check("conserved", severity="critical"),
        Check("never-below", severity="critical"),
        Check("private", severity="critical"),
        Check("deletion-propagates"),
        Check("converges"),
        Check("waiver"),
    )
)


def check_of(id: str) -> Check:
    """The row of ``id``; one without facts for a check of a later schemathesis."""
    return CHECKS.get(id) or Check(id, id)

"""Generated tests of answers whose body is not whole, or not in the content coding that it names.

Schemathesis would judge such a body as it came, and take what is not packed at all for right.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

from harness.api.reception import FLAW

NAME = "readable_body"
TOLD_AS = "response_schema_conformance"


@schemathesis.check
def readable_body(context: Any, response: Any, case: Any) -> bool | None:
    """A body that can be judged; whose fault it is where it cannot, our own check of the exchange says."""
    told = response.headers.get(FLAW.lower())
    if told:
        raise Failure(operation=case.operation.label, title="The body cannot be read", message=told[0])
    return None

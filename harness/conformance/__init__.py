"""Layer 2: conformance. Generated tests of every operation of every contract against every backend.

Owns the pytest items, signing in for them, and what they find. Importing it imports no schemathesis.
"""

from harness.conformance.backend import BackendUnderTest, sign_in
from harness.conformance.collector import collect
from harness.conformance.settings import ConformanceSettings, LoginSettings, SignatureSettings

__all__ = [
    "BackendUnderTest",
    "ConformanceSettings",
    "LoginSettings",
    "SignatureSettings",
    "collect",
    "sign_in",
]

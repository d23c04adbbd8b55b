"""A test with an app of its own, during which the simulator itself failed."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]
CONFTEST = """
import pytest
from harness.platforms.session import Thrown

class App:
    def __init__(self): self.found = []
    def faults(self): return self.found
    def fail(self): self.found = [Thrown("Error: no node", "src/a.ts:1", "", fault=True, page="pages/a")]

@pytest.fixture
def miniprogram_app():
    return App()
"""


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        ("miniprogram_app.fail()", "failed", "a fault of the harness's simulator, not of the mini-program"),
        ("miniprogram_app.fail(); assert 1 == 2", "failed", "what was seen then: assert 1 == 2"),
        ("miniprogram_app.fail(); pytest.skip('later')", "skipped", "later"),
        ("pass", "passed", ""),
    ],
)
def test_it_is_the_simulators(pytester: pytest.Pytester, body: str, outcome: str, said: str) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(f"import pytest\ndef test_it(miniprogram_app):\n    {body}")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist", "-rs")
    result.assert_outcomes(**{outcome: 1})
    assert said in result.stdout.str()

from __future__ import annotations

from pathlib import Path

import pytest

from harness.contracts import Index, check, load
from tests.support.exchanges import exchange

DOCUMENT = """
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    get:
      parameters: [{name: page, in: query, schema: {type: integer, maximum: 5}}]
      responses: {"200": {description: ok}}
"""


@pytest.mark.parametrize("digits", [20, 309, 400])  # a float ends at 308
def test_a_number_of_many_digits_is_judged(digits: int, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    (violation,) = check(exchange("GET", f"/a?page=1{'0' * digits}"), Index([load(path)])).violations
    assert "5" in violation.expected.en

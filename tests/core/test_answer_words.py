from __future__ import annotations

import pytest

from harness.core.answer_words import status_and_body


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, "404: Not Found", "404 Not Found"),  # as aiohttp answers
        (404, "404 page not found\n", "404 page not found"),  # as Go does
        (404, '{"code": 404}', '404 {"code": 404}'),
        (404, "4041 items", "404 4041 items"),
        (500, "", "500"),
        ("404:", "404: Not Found", "404: Not Found"),
        ("404 Not Found", "404: Not Found", "404 Not Found"),
        ("404 (200 code 4)", "404", "404 (200 code 4)"),
    ],
)
def test_the_status_is_said_once(status: object, body: str, said: str) -> None:
    assert status_and_body(status, body) == said

"""The kinds of contract tests, as people choose them: ``harness check --kind statuses``.

Several modules of :mod:`harness.conformance.kinds` may make tests of one kind.
"""

from __future__ import annotations

from typing import Literal, get_args

KindName = Literal["generated", "declared", "statuses", "links", "parity"]
KIND_NAMES: tuple[KindName, ...] = get_args(KindName)
ONE_REQUEST: tuple[KindName, ...] = ("generated", "statuses")
"""Those whose findings one request shows, judged by the contract alone: their waivers send it again."""

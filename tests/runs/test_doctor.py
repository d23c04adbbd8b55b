"""What the doctor says of OpenAPI documents."""

from __future__ import annotations

from pathlib import Path

from harness.config.settings import load
from harness.runs.doctor.project import documents

FLAWED = """\
openapi: 3.0.3
info: {title: Site, version: 1.2.0}
paths:
  /in: {post: {operationId: logIn, responses: {'201': {description: in}}}}
  /text: {get: {operationId: text, responses: [200]}}
"""


def test_flaws_are_a_warning_and_an_end_where_that_is_wanted(project: Path) -> None:
    (project.parent / "contracts" / "shared.yaml").write_text(FLAWED, encoding="utf-8")
    settings = load(project)
    sound, flaws = documents(settings, {})
    assert (sound.state, flaws.state) == ("ok", "warning")
    assert flaws.seen.en.startswith("1 flaws; 1 operations are not tested for them:\n  ")
    assert flaws.seen.en.endswith(
        "shared.yaml:5: the responses of GET /text must be a mapping (shared.yaml#/paths/~1text/get/responses)"
    )
    strict = settings.conformance.model_copy(update={"strict": True})
    (refused,) = documents(settings.model_copy(update={"conformance": strict}), {})
    assert (refused.state, refused.usage) == ("problem", True)
    assert "the responses of GET /text must be a mapping" in refused.seen.en

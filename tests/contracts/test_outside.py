"""A contract reads files of its project, and others only where the project says so; of others it tells nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.contracts import cache, load
from harness.core.errors import UsageError

SECRET = "hunter2-of-somebody-else"
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


def document(reference: str) -> str:
    return f'{HEAD}paths: {{/x: {{get: {{responses: {{"200": {{$ref: "{reference}"}}}}}}}}}}\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project, beside one with a secret."""
    for folder in ("project/contracts/deep", "project/shared", "other"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "other" / "secret.yaml").write_text(f"description: {SECRET}\n", encoding="utf-8")
    (tmp_path / "secret.yaml").write_text(f"{SECRET}: [\n", encoding="utf-8")
    (tmp_path / "project" / "shared" / "ok.yaml").write_text("description: OK\n", encoding="utf-8")
    return tmp_path / "project"


def write(project: Path, text: str, name: str = "a.yaml") -> Path:
    path = project / "contracts" / name
    path.write_text(text, encoding="utf-8")
    return path


def link(name: str, target: str) -> Callable[[Path], object]:
    return lambda contracts: (contracts / name).symlink_to(target)


def nothing(contracts: Path) -> None:
    pass


ESCAPES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "above": ("../../other/secret.yaml", nothing),
    "above, in it": ("../../other/secret.yaml#/description", nothing),
    "above, not YAML": ("../../secret.yaml", nothing),
    "a folder above": ("../../other", nothing),
    "down and above": ("deep/../../../other/secret.yaml", nothing),
    "above, encoded": ("%2e%2e/%2e%2e/other/secret.yaml", nothing),
    "absolute, encoded": ("%2Fetc%2Fpasswd", nothing),
    "a link": ("link.yaml", link("link.yaml", "../../other/secret.yaml")),
    "a link to a link": (
        "two.yaml",
        lambda c: (link("two.yaml", "one.yaml")(c), link("one.yaml", "/etc/passwd")(c)),
    ),
    "a link of a folder": ("link/secret.yaml", link("link", "../../other")),
    "behind a link": ("up/../../other/secret.yaml", link("up", "../contracts/deep")),
}


@pytest.mark.parametrize("name", ESCAPES)
def test_no_file_outside_is_read(name: str, project: Path) -> None:
    reference, prepare = ESCAPES[name]
    prepare(project / "contracts")
    with pytest.raises(UsageError) as caught:
        load(write(project, document(reference)), readable=(project,))
    said = str(caught.value) + caught.value.say("zh")
    assert "a.yaml:3" in said
    assert SECRET not in said
    assert "root:" not in said
    assert "outside" in said


def test_whether_a_file_outside_is_there_is_not_told(project: Path) -> None:
    said = []
    for name in ("other/secret", "other/secrets"):
        with pytest.raises(UsageError) as caught:
            load(write(project, document(f"../../{name}.yaml")), readable=(project,))
        said.append(str(caught.value).replace(name, ""))
    assert said[0] == said[1]


def test_what_stands_between_may_not_lead_outside(project: Path) -> None:
    (project / "shared" / "b.yaml").write_text("$ref: '../../other/secret.yaml'\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"b\.yaml:1: .*outside the project"):
        load(write(project, document("../shared/b.yaml")), readable=(project,))


@pytest.mark.parametrize(
    "reference",
    ["file:/etc/passwd", "FILE:///etc/passwd", "http:other.yaml", "//host/a.yaml", r"\\\\host\\a.yaml"],
)
def test_nothing_is_loaded_by_an_address(reference: str, project: Path) -> None:
    with pytest.raises(UsageError, match="is not loaded"):
        load(write(project, document(reference)), readable=(project,))


def test_the_file_that_is_checked_is_the_one_that_is_read(project: Path) -> None:
    (project / "contracts" / "up").symlink_to("deep/deeper")
    (project / "contracts" / "deep" / "deeper").mkdir()
    (project / "contracts" / "deep" / "b.yaml").write_text("description: of the link\n", encoding="utf-8")
    write(project, "description: beside\n", "b.yaml")
    contract = load(write(project, document("up/../b.yaml")), readable=(project,))
    (operation,) = contract.operations
    target = contract.library.target(operation.place.down("responses", "200"))
    assert target.value == {"description": "of the link"}


def test_a_project_is_read_as_a_whole(project: Path) -> None:
    path = write(project, document("../shared/ok.yaml"))
    assert not load(path, readable=(project,)).flaws
    with pytest.raises(UsageError, match="outside"):
        load(path)  # on its own it reads its folder


def test_a_folder_that_is_allowed_is_read(project: Path) -> None:
    path = write(project, document("../../other/secret.yaml"))
    assert not load(path, readable=(project, project.parent / "other")).flaws


def test_a_contract_that_is_a_link_to_outside_is_refused(project: Path) -> None:
    real = project.parent / "other" / "a.yaml"
    real.write_text(
        document("#/components/responses/r") + "components: {responses: {r: {description: OK}}}\n"
    )
    path = project / "contracts" / "a.yaml"
    path.symlink_to(real)
    with pytest.raises(UsageError, match="outside"):
        load(path, readable=(project,))
    assert not load(path, readable=(project, real.parent)).flaws


def test_what_was_in_order_before_is_looked_at_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.FOLDER, str(project / "kept"))
    path = write(project, document("../../other/secret.yaml") + "# " + "x" * cache.WORTH)
    assert not load(path, readable=(project.parent,)).flaws
    with pytest.raises(UsageError, match="outside"):
        load(path, readable=(project,))

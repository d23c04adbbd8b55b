from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.runs.vendor import contracts_at


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """A repository whose contracts changed after the tag v1."""
    folder = tmp_path / "project" / "contracts"
    folder.mkdir(parents=True)
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.invalid")
    for version in ("v1", "v2"):
        (folder / "shared.yaml").write_text(f"version: {version}\n", encoding="utf-8")
        for command in (
            ("init", "-q"),
            ("add", "."),
            (*identity, "commit", "-qm", version),
            ("tag", version),
        ):
            subprocess.run(["git", *command], cwd=folder.parent, check=True)
    return folder


def test_the_contracts_as_they_were_at_a_tag(contracts: Path, tmp_path: Path) -> None:
    old = contracts_at("v1", contracts, tmp_path / "run")
    assert (old / "shared.yaml").read_text(encoding="utf-8") == "version: v1\n"
    assert (contracts / "shared.yaml").read_text(encoding="utf-8") == "version: v2\n"
    assert old.is_relative_to(tmp_path / "run")


def test_a_folder_is_taken_as_it_is(contracts: Path, tmp_path: Path) -> None:
    assert contracts_at(str(contracts), contracts, tmp_path) == contracts.resolve()


def test_what_is_neither_is_an_error(contracts: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--contracts v3: no such folder, and no commit or tag"):
        contracts_at("v3", contracts, tmp_path)
    other = contracts.parent / "elsewhere"
    with pytest.raises(UsageError, match="--contracts v1: there was no elsewhere/ yet"):
        contracts_at("v1", other, tmp_path)

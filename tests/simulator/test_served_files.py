from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.simulator.build import Bundle
from harness.simulator.chromium.served_files import APP_ORIGIN, ServedFiles, is_own
from harness.simulator.source.project import load_project
from tests.support.mini_program_tree import tree, write


@pytest.fixture
def files(tmp_path: Path) -> ServedFiles:
    write(tmp_path, {"secret.png": "secret"})
    app = write(tmp_path / "app", tree(**{"img/红 茶.png": "picture"}))
    return ServedFiles(load_project(app), Bundle(tmp_path / "none.js", tmp_path / "none.gz"))


def test_a_file_is_found_by_the_name_that_the_browser_makes_of_its_own(files: ServedFiles) -> None:
    answer = files.answer(f"{APP_ORIGIN}/img/%E7%BA%A2%20%E8%8C%B6.png?x=1")
    assert answer is not None
    assert answer[:3] == (200, "image/png", b"picture")


@pytest.mark.parametrize("path", ["%2e%2e/secret.png", "img/..%2f..%2fsecret.png", "..%2Fsecret.png"])
def test_an_encoded_way_out_is_refused(files: ServedFiles, path: str) -> None:
    with pytest.raises(UsageError, match=r"is not the mini-program's"):
        files.answer(f"{APP_ORIGIN}/{path}")


def test_other_addresses_are_not_its(files: ServedFiles) -> None:
    assert files.answer("https://far.example/a.png") is None
    assert not is_own("https://mp.invalid.far.example/")

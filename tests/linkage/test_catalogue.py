from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.core.platforms import USUAL, Platform, Platforms
from harness.core.text import Text
from harness.linkage import entities
from harness.linkage.catalogue import load

ENTRY = """\
- id: L01
  title: {zh: 注册, en: sign up}
  priority: P0
  level: linkage
  platforms: [website]
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    file = tmp_path / "catalogue.yaml"
    file.write_text(ENTRY, encoding="utf-8")
    return file


def test_an_entry_is_found_by_its_id(catalogue: Path) -> None:
    assert load(catalogue).entry("L01", where="test_x.py:1").title.zh == "注册"


def test_a_test_without_an_entry_is_named_with_the_nearest(catalogue: Path) -> None:
    with pytest.raises(UsageError, match=r"test_x\.py:7: scenario 'L10' .*did you mean 'L01'\?"):
        load(catalogue).entry("L10", where="test_x.py:7")


def test_an_entry_without_a_test_is_named(catalogue: Path) -> None:
    load(catalogue).check_tested(["L01"])
    with pytest.raises(UsageError, match="no test carries @scenario for L01"):
        load(catalogue).check_tested([])


def test_a_wrong_priority_is_said_with_its_line(catalogue: Path) -> None:
    catalogue.write_text(ENTRY + ENTRY.replace("L01", "L02").replace("P0", "P7"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"catalogue\.yaml:8: priority"):
        load(catalogue)


def test_only_declared_platforms_may_be_named(catalogue: Path) -> None:
    staff = Platform("staff", Text(zh="店员后台", en="staff site"), "website")
    catalogue.write_text(ENTRY.replace("[website]", "[website, staff, api]"), encoding="utf-8")
    entry = load(catalogue, Platforms((*USUAL, staff))).entry("L01", where="")
    assert entry.platforms == ("website", "staff", "api")
    with pytest.raises(
        UsageError, match=r"catalogue\.yaml:5: platforms\.1: no platform is called 'staff'; did"
    ):
        load(catalogue)


def test_entities_cross_between_declared_platforms(tmp_path: Path) -> None:
    file = tmp_path / "linkage.yaml"
    file.write_text(
        "linkage: 1\nentities:\n  price:\n    title: {zh: 价格, en: price}\n    erp: {change: setPrice}\n"
        "    website: {read: getPrice}\n    fields: [price]\n    promises: {appears: 1s}\n",
        encoding="utf-8",
    )
    erp = Platform("erp", Text(zh="ERP", en="ERP"), "none")
    assert entities.load(file, Platforms((*USUAL, erp)))["price"].seconds == 1
    with pytest.raises(UsageError, match=r"linkage\.yaml:5: unknown key 'entities\.price\.erp'"):
        entities.load(file)

"""What an editor is told of harness.toml and of the catalogue: as much as is read, and nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from harness.config.published_schema import EXAMPLE, SCHEMAS, of_catalogue, of_settings
from harness.config.settings import load

ROOT = Path(__file__).parents[2]
SETTINGS = [ROOT / "harness.toml", *sorted((ROOT / "tests").glob("fixture_*/harness.toml")), EXAMPLE]
CATALOGUES = [
    ROOT / "scenarios" / "catalogue.yaml",
    *sorted(ROOT.glob("tests/fixture_*/scenarios/catalogue.yaml")),
]
settings_schema = jsonschema_rs.validator_for(of_settings())
catalogue_schema = jsonschema_rs.validator_for(of_catalogue())


def problems(text: str) -> list[str]:
    """Where an editor draws a line under, as pointers."""
    errors = settings_schema.iter_errors(tomllib.loads(text))
    return ["/".join(map(str, error.instance_path)) for error in errors]


@pytest.mark.parametrize("path", SETTINGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_settings_that_are_read_fit(path: Path) -> None:
    assert problems(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_catalogues_that_are_read_fit(path: Path) -> None:
    assert catalogue_schema.is_valid(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('environment = "disposable"', 'environment = "test"', "environment"),
        ('environment = "disposable"', 'enviroment = "disposable"', ""),
        ('name = "my shop"', "", ""),
        ('health = "/health"', 'health = "health"', "services/shop/health"),
        ('health = "/health"', "", "services/shop"),
        ("api = [", "apis = [", "services/shop"),
        ('token = "/token"', 'tokn = "/token"', "services/shop/users/customer/login"),
        ('stand_in = "wechat"', 'stand_in = "alipay"', "services/wechat/stand_in"),
        ('[website]\nservice = "shop"', '[website]\nsite = "shop"', "website"),
        ("#driver = ", 'driver = "device" #', "miniprogram/driver"),
        ("#patience = 5.0", 'patience = "5 s"', "website/patience"),
        ("#[profiles.sit]", '[profiles.sit]\nenvironment = "sit"', "profiles/sit/environment"),
        ("#[profiles.sit]", '[profiles.sit]\nservices.shop.ulr = "https://x"', "profiles/sit/services/shop"),
    ],
)
def test_an_editor_sees_what_does_not(old: str, new: str, where: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    assert where in problems(text.replace(old, new, 1))


def test_a_profile_may_override_single_keys() -> None:
    text = (
        EXAMPLE.read_text(encoding="utf-8")
        + '[profiles.sit]\nservices.shop.health = "/up"\nwebsite.width = 400\n'
    )
    assert problems(text) == []


@pytest.mark.parametrize(
    ("entry", "right"),
    [
        ({}, True),
        ({"priority": "P5"}, False),
        ({"id": "login"}, False),
        ({"platform": "website"}, False),
        ({"title": "only one language"}, False),
    ],
)
def test_an_editor_sees_what_is_wrong_in_a_catalogue(entry: dict[str, Any], right: bool) -> None:
    given = {
        "id": "L01", "title": {"zh": "甲", "en": "A"}, "priority": "P0", "level": "linkage", "platforms": ["website"],
    }  # fmt: skip
    assert catalogue_schema.is_valid([given | entry]) is right


@pytest.mark.parametrize("schema", [of_settings(), of_catalogue()], ids=["harness.toml", "catalogue"])
def test_everything_is_described(schema: dict[str, Any]) -> None:
    """What people see when they point at a key; descriptions are of the models' fields."""
    parts = {schema["title"]: schema, **schema["$defs"]}
    bare = [
        f"{part}.{name}"
        for part, its in parts.items()
        for name, about in its.get("properties", {}).items()
        if not about.get("description")
    ]
    assert bare == []


def test_every_schema_is_one_and_says_how_it_is_found() -> None:
    for schema in SCHEMAS.values():
        jsonschema_rs.meta.validate(json.loads(schema.text()))
        assert schema.header.format(file=schema.default_file).endswith(f"./{schema.default_file}")
    assert EXAMPLE.read_text(encoding="utf-8").startswith(
        SCHEMAS["harness.toml"].header.format(file=SCHEMAS["harness.toml"].default_file)
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the example names."""
    (tmp_path / "miniprogram").mkdir()
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "shop.yaml").touch()
    return tmp_path


def test_the_example_is_read(project: Path) -> None:
    (project / "harness.toml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    settings = load(project / "harness.toml")
    assert list(settings.services) == ["shop", "wechat"]


def commented(text: str) -> Iterator[str]:
    """The example with each of its tables that are no settings made one, by itself."""
    blocks = re.split(r"\n\n", text)
    for number, block in enumerate(blocks):
        if re.search(r"^#[\[a-z]", block, re.MULTILINE):
            made = re.sub(r"^#(?=[\[a-z])", "", block, flags=re.MULTILINE)
            yield "\n\n".join([*blocks[:number], made, *blocks[number + 1 :]])


def test_what_the_example_leaves_out_is_right_too(project: Path) -> None:
    made = list(commented(EXAMPLE.read_text(encoding="utf-8")))
    assert len(made) > 10
    for text in made:
        assert problems(text) == [], text
        (project / "harness.toml").write_text(text, encoding="utf-8")
        load(project / "harness.toml", profile="sit" if "\n[profiles.sit]" in text else None)

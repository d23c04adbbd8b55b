"""The shops of tests/compiled, built by their frameworks' own command lines from npm, and opened."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.platforms.miniprogram_apps import MiniProgramSimulator
from tests.support.shop_backend import ORIGIN, ShopBackend, shop_backend
from tests.support.shopper import Shopper

FOLDER = Path(__file__).resolve().parent.parent / "compiled"
PLANTED = re.compile(r"// planted: (\w+)")
INSTALL_WITHIN, BUILD_WITHIN = 900, 300  # seconds
# Where uni-app's style sheet of Vue 2 loads a shadow from.
UNI_CDN = "https://cdn1.dcloud.net.cn"


@dataclass(frozen=True)
class CompiledShop:
    """``part`` is an XPath by which its parts are named: Taro writes ids alone into its templates."""

    name: str
    output: str
    part: str
    maps: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def planted(self, sources: Path | None = None) -> dict[str, str]:
        """The places that throw, ``file:line`` as they are told, by their names."""
        top = (sources or FOLDER / self.name) / "src"
        found = {}
        for file in sorted(top.rglob("*.*")):
            for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
                if planted := PLANTED.search(line):
                    found[planted[1]] = f"{file.relative_to(top).as_posix()}:{number}"
        return found


SHOPS = {
    shop.name: shop
    for shop in (
        CompiledShop(
            "uni-vue2",
            "dist/build/mp-weixin",
            "//*[@data-part='{name}']",
            environment={
                "NODE_ENV": "production",
                # It is built by webpack 4, whose hashes OpenSSL 3 no longer has.
                "NODE_OPTIONS": "--openssl-legacy-provider",
                "UNI_PLATFORM": "mp-weixin",
                "UNI_CLI_CONTEXT": ".",
            },
        ),
        CompiledShop(
            "uni-vue3",
            "dist/build/mp-weixin",
            "//*[@data-part='{name}']",
            maps="dist/build/.sourcemap/mp-weixin",
        ),
        CompiledShop("taro", "dist", "//*[@id='{name}']"),
    )
}


def build(shop: CompiledShop, folder: Path) -> Path:
    """A copy of the shop with what it is built to, without the packages that took."""
    copy = folder / shop.name
    shutil.copytree(FOLDER / shop.name, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    _run("npm ci --ignore-scripts", copy, INSTALL_WITHIN, {})
    _run("npm run build", copy, BUILD_WITHIN, shop.environment)
    shutil.rmtree(copy / "node_modules")
    if not (copy / shop.output / "app.json").is_file():
        pytest.fail(f"{shop.name}: the build wrote no {shop.output}/app.json", pytrace=False)
    return copy


def _run(command: str, folder: Path, within: int, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command.split(),
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=within,
    )
    if done.returncode != 0:
        pytest.fail(f"{command} in {folder.name} failed:\n{done.stdout[-3000:]}", pytrace=False)


@contextmanager
def opened(shop: CompiledShop, built: Path) -> Iterator[tuple[Shopper, ShopBackend]]:
    """The shop as a new person opens it, its backend without an order."""
    options = [] if shop.maps is None else ["--source-maps", str(built / shop.maps)]
    with (
        shop_backend() as backend,
        MiniProgramSimulator(
            built / shop.output,
            hosts={ORIGIN: backend.address, UNI_CDN: backend.address},
            options=options,
        ) as phone,
    ):
        yield Shopper(phone.open(), shop.part), backend

"""The small loop: one scenario and one operation of the demo shop, with ``harness up`` and without.

``python benchmarks/small_loop.py``. Beside them: one page by pytest-playwright, which pip installs into a temporary
environment, and one operation by schemathesis' own command line, against the same running shop.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _measure import Promises, interleaved

from harness.core.chromium import find_chromium
from harness.core.polling import poll
from harness.runs.resident.state import ResidentState

ROOT = Path(__file__).parents[1]
RUNS = ROOT / "reports" / "runs"
PAGE = """
import os

def test_page(page):
    page.goto(os.environ["SHOP"] + "/log-in")
    page.get_by_test_id("phone-input").fill("13900000001")
    page.get_by_test_id("send-code").click()
    page.get_by_test_id("code-sent").wait_for()
"""
PEER = ["pytest-playwright", "pytest-base-url", "python-slugify", "text-unidecode"]
SCENARIO = ("scenarios", "-k", "L02")
OPERATION = ("contracts/shared.yaml::website::getPoints",)


def main() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        peer = peer_environment(Path(folder))
        (Path(folder) / "test_page.py").write_text(PAGE, encoding="utf-8")
        (Path(folder) / "conftest.py").write_text(launching(), encoding="utf-8")

        def ours(*arguments: str) -> None:
            done = call([sys.executable, "-m", "pytest", "-q", *arguments], ROOT, environment)
            assert ("使用了 'harness up' 的系统" in done) is warm, done

        def page() -> None:
            call([str(peer), "-m", "pytest", "-q", "-p", "no:harness", "test_page.py"], Path(folder), shop)

        def operation() -> None:
            call(
                [
                    sys.executable,
                    "-m",
                    "schemathesis.cli",
                    "run",
                    str(ROOT / "contracts" / "shared.yaml"),
                    "--url",
                    shop["SHOP"],
                    "--include-operation-id",
                    "getPoints",
                    "--max-examples",
                    "20",
                ],
                Path(folder),
                environment,
                allowed=(0, 1),
            )

        warm = False
        shop = dict(environment)
        cold = interleaved(
            {"scenario": lambda: ours(*SCENARIO), "operation": lambda: ours(*OPERATION)}, rounds=3
        )
        warm = True
        with resident(environment) as state:
            ports = json.loads((state.folder / "ports.json").read_text(encoding="utf-8"))
            shop["SHOP"] = f"http://127.0.0.1:{ports['browser>website']}"
            kept = interleaved(
                {
                    "scenario": lambda: ours(*SCENARIO),
                    "page": page,
                    "operation": lambda: ours(*OPERATION),
                    "schemathesis": operation,
                }
            )
    print(f"without 'harness up': scenario {cold['scenario']:.2f} s, operation {cold['operation']:.2f} s")
    print(
        f"pytest-playwright, one page: {kept['page']:.2f} s; schemathesis, one operation: {kept['schemathesis']:.2f} s"
    )
    print(
        f"scenario / page {kept['scenario'] / kept['page']:.2f}, operation / schemathesis "
        f"{kept['operation'] / kept['schemathesis']:.2f}"
    )
    promises = Promises()
    promises.at_most("one scenario, warm", kept["scenario"], 3.5, " s")
    promises.at_most("one operation, warm", kept["operation"], 2.5, " s")
    promises.end()


def call(
    command: list[str], folder: Path, environment: dict[str, str], allowed: tuple[int, ...] = (0,)
) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in allowed, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def peer_environment(folder: Path) -> Path:
    """The interpreter of an environment with ours and pytest-playwright."""
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    [site] = (folder / "env" / "lib").glob("python*/site-packages")
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "ours.pth").write_text(ours + "\n", encoding="utf-8")
    call([str(python), "-m", "pip", "install", "-q", "--no-deps", *PEER], folder, dict(os.environ))
    return python


def launching() -> str:
    """A conftest.py that gives the peer the browser of this machine."""
    return (
        "import pytest\n\n\n@pytest.fixture(scope='session')\ndef browser_type_launch_args():\n"
        f"    return {{'executable_path': {str(find_chromium())!r}}}\n"
    )


@contextmanager
def resident(environment: dict[str, str]) -> Iterator[ResidentState]:
    up = subprocess.Popen(
        [sys.executable, "-m", "harness", "up"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        found = poll(lambda: ResidentState.read(RUNS), lambda state: state is not None, within=60)
        assert found.value is not None
        yield found.value
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(30)


if __name__ == "__main__":
    main()

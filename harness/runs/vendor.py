"""Contracts of another version: a folder, or the project's contracts as they were at a git ref.

For a vendor's own gate: today's backend against the version of the contracts that was agreed.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from harness.core.errors import UsageError


def contracts_at(version: str, contracts: Path, into: Path) -> Path:
    """The folder of contracts that ``version`` names; those of a git ref are written below ``into``.

    UsageError where it is neither a folder nor a ref of the repository that has ``contracts``, or has none.
    """
    folder = Path(version)
    if folder.is_dir():
        return folder.resolve()
    top = _git(contracts.parent, "rev-parse", "--show-toplevel")
    if top is None:
        raise UsageError(
            f"--contracts {version}: no such folder, and {contracts.name}/ is in no git repository"
        )
    root = Path(top.decode().strip())
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{version}^{{commit}}")
    if commit is None:
        raise UsageError(f"--contracts {version}: no such folder, and no commit or tag of this repository")
    inside = contracts.resolve().relative_to(root.resolve()).as_posix()
    archive = _git(root, "archive", "--format=tar", commit.decode().strip(), "--", inside)
    if archive is None:
        raise UsageError(f"--contracts {version}: there was no {inside}/ yet")
    target = into / f"contracts-{commit.decode().strip()[:12]}"
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(target, filter="data")
    return (target / inside).resolve()


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None where it fails or is not there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None

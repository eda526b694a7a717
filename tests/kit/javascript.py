"""A folder with what JavaScript of the tests needs: the official client, TypeScript, AsyncAPI's own schemas."""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.node import npm

WEB = Path(__file__).parents[1] / "web"


@pytest.fixture(scope="session")
def beside_the_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scripts in it and below find the packages of `tests/web/package.json`."""
    folder = tmp_path_factory.mktemp("javascript")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(WEB / name, folder)
    install = [*npm(), "ci", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder)]
    subprocess.run(install, cwd=folder, check=True, timeout=200)
    return folder

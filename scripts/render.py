"""Writes `k8s/rendered/`: each overlay as one file, for who applies without kustomize and for checks that need none."""

import sys
from pathlib import Path
from subprocess import CalledProcessError

from scripts.kustomize import NoKustomize, render

K8S = Path(__file__).parents[1] / "k8s"
RENDERED = K8S / "rendered"


def overlays() -> list[Path]:
    return sorted(path.parent for path in (K8S / "overlays").glob("*/kustomization.yaml"))


def main() -> None:
    for overlay in overlays():
        (RENDERED / f"{overlay.name}.yaml").write_text(render(overlay), encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except NoKustomize as fault:
        sys.exit(f"render: {fault}")
    except CalledProcessError as fault:
        sys.exit(f"render: {fault.stderr.strip()}")

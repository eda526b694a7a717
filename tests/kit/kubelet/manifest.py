"""The part of the rendered manifests that says how pods live, read strictly: what is missing there is a fault here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Manifest = Mapping[str, Any]
PARTS = ("auth", "messenger", "presence", "notifier", "gateway")


@dataclass(frozen=True)
class Probe:
    """Where a port is a name, as `port`."""

    path: str
    port: str
    period_s: float
    timeout_s: float
    failures: int
    successes: int


@dataclass(frozen=True)
class PodTemplate:
    """Of its one container. `env` as the manifests set it, but for `name_in`: the variable that takes the pod's name.
    `secrets` are the keys of the Secret that lie as files at `secrets_at`."""

    args: tuple[str, ...]
    env: Mapping[str, str]
    name_in: tuple[str, ...]
    ports: Mapping[str, int]
    secrets: tuple[str, ...]
    secrets_at: str
    startup: Probe
    readiness: Probe
    liveness: Probe
    pre_stop_s: float
    grace_s: float


@dataclass(frozen=True)
class Deployment:
    name: str
    replicas: int
    surge: int
    min_ready_s: float
    template: PodTemplate


def deployments(rendered: Path) -> dict[str, Deployment]:
    """Those of the five parts, by name. Raises KeyError for what a roll-out that nobody notices cannot do without."""
    manifests: list[Manifest] = [one for one in yaml.safe_load_all(rendered.read_text(encoding="utf-8")) if one]
    config = {one["metadata"]["name"]: one["data"] for one in manifests if one["kind"] == "ConfigMap"}
    found = {one["metadata"]["name"]: one for one in manifests if one["kind"] == "Deployment"}
    return {name: _deployment(found[name], config) for name in PARTS}


def _container(manifest: Manifest) -> Manifest:
    (container,) = manifest["spec"]["template"]["spec"]["containers"]
    return dict(container)


def _deployment(manifest: Manifest, config: Mapping[str, Mapping[str, str]]) -> Deployment:
    spec = manifest["spec"]
    rolling = spec["strategy"]["rollingUpdate"]
    assert (rolling["maxUnavailable"], isinstance(rolling["maxSurge"], int)) == (0, True), "another way to roll out"
    return Deployment(
        name=manifest["metadata"]["name"],
        replicas=spec.get("replicas", 2),  # whoever scales it owns the number
        surge=rolling["maxSurge"],
        min_ready_s=spec["minReadySeconds"],
        template=_template(spec["template"]["spec"], _container(manifest), config),
    )


def _template(pod: Manifest, container: Manifest, config: Mapping[str, Mapping[str, str]]) -> PodTemplate:
    env: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        env |= config[source["configMapRef"]["name"]]
    env |= {one["name"]: one["value"] for one in container["env"] if "value" in one}
    name_in = [one["name"] for one in container["env"] if _is_name(one)]
    assert len(name_in) + sum("value" in one for one in container["env"]) == len(container["env"]), "unknown valueFrom"
    (volume,) = [one for one in pod["volumes"] if "secret" in one]
    (mount,) = [one for one in container["volumeMounts"] if one["name"] == volume["name"]]
    stop = container.get("lifecycle", {}).get("preStop", {})
    return PodTemplate(
        args=tuple(container["args"]),
        env=env,
        name_in=tuple(name_in),
        ports={one["name"]: one["containerPort"] for one in container["ports"]},
        secrets=tuple(item["key"] for item in volume["secret"]["items"]),
        secrets_at=mount["mountPath"],
        startup=_probe(container["startupProbe"]),
        readiness=_probe(container["readinessProbe"]),
        liveness=_probe(container["livenessProbe"]),
        pre_stop_s=stop.get("sleep", {}).get("seconds", 0),
        grace_s=pod["terminationGracePeriodSeconds"],
    )


def _is_name(variable: Manifest) -> bool:
    return bool(variable.get("valueFrom") == {"fieldRef": {"fieldPath": "metadata.name"}})


def _probe(given: Manifest) -> Probe:
    """With the defaults of Kubernetes."""
    return Probe(
        path=given["httpGet"]["path"],
        port=given["httpGet"]["port"],
        period_s=given.get("periodSeconds", 10),
        timeout_s=given.get("timeoutSeconds", 1),
        failures=given.get("failureThreshold", 3),
        successes=given.get("successThreshold", 1),
    )

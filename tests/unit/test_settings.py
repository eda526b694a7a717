"""Settings: from variables or from files, every fault at once, and no secret of our own making."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chassis.settings import Settings, SettingsError, read
from deploy.local.demo import PASSWORD
from parley.cluster import ClusterSettings
from services.auth.settings import AuthSettings
from services.gateway.settings import GatewaySettings
from services.messenger.settings import MessengerSettings
from services.notifier.settings import NotifierSettings
from services.presence.settings import PresenceSettings

ROOT = Path(__file__).parents[2]
ALL = (
    *(AuthSettings, GatewaySettings, MessengerSettings, NotifierSettings, PresenceSettings),
    *(ClusterSettings, Settings),
)
COMMON = {"PARLEY_INSTANCE": "a-1", "PARLEY_NATS_URL": "nats://n", "PARLEY_NATS_USER": "auth"}
AUTH = {"PARLEY_NATS_PASSWORD": "p", "PARLEY_MONGO_URL": "mongodb://m", "PARLEY_REDIS_URL": "redis://r", **COMMON}
DEFAULTS: dict[str, Any] = {
    "access_token_s": 900,
    "refresh_days": 30,
    "bcrypt_cost": 11,
    "password_policy_enabled": True,
    "password_length_min": 8,
    "password_lowercase": True,
    "password_uppercase": True,
    "password_digit": True,
    "password_special": True,
    "password_max_age_days": 90,
    "password_warn_days": 15,
    "password_history": 1,
    "lockout_failures": 10,
    "lockout_s": 900,
    "address_failures_per_min": 300,
    "key_days": 30,
    "audit_kept_days": 1_095,
}
OUT_OF_RANGE = (
    *((kind, "access_token_s", bad) for kind in (AuthSettings, GatewaySettings) for bad in ("0", "86401")),
    *((kind, "refresh_days", bad) for kind in (AuthSettings, GatewaySettings) for bad in ("0", "3651")),
    *((kind, "issuer", "") for kind in (AuthSettings, GatewaySettings)),
    *((AuthSettings, "bcrypt_wait_s", bad) for bad in ("0", "3.6")),
    *((GatewaySettings, name, "0") for name in ("asks_per_s", "asks_burst", "port", "memory_s", "drain_s")),
)
SECRET = re.compile(r"password|secret|credential|mongo_url|redis_url|private")


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    settings = read(Settings, {**COMMON, "PARLEY_NATS_PASSWORD_FILE": str(tmp_path / "password")})
    assert settings.nats_password == "s3cret"


def test_the_variable_counts_where_there_is_a_file_too(tmp_path: Path) -> None:
    both = {**COMMON, "PARLEY_NATS_PASSWORD": "own", "PARLEY_NATS_PASSWORD_FILE": str(tmp_path / "none")}
    assert read(Settings, both).nats_password == "own"


def test_every_setting_of_auth_can_come_from_a_file(tmp_path: Path) -> None:
    for variable, value in AUTH.items():
        (tmp_path / variable).write_text(value + "\n")
    from_files = read(AuthSettings, {f"{variable}_FILE": str(tmp_path / variable) for variable in AUTH})
    assert from_files == read(AuthSettings, AUTH)


def test_a_key_of_several_lines_can_come_from_a_file(tmp_path: Path) -> None:
    key = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----"
    (tmp_path / "key").write_text(key + "\n")
    named = {**AUTH, "PARLEY_LICENSE_FILE": "/nowhere", "PARLEY_LICENSE_PUBLIC_KEY_FILE": str(tmp_path / "key")}
    assert read(AuthSettings, named).license_public_key == key


def test_a_licence_without_a_key_is_a_fault_that_names_its_variable() -> None:
    for key, why in (("", " is missing"), (" ", " is missing"), ("not a key", r": Not an Ed25519 public key[^.]*")):
        with pytest.raises(SettingsError, match=f"^PARLEY_LICENSE_PUBLIC_KEY{why}$"):
            read(AuthSettings, {**AUTH, "PARLEY_LICENSE_FILE": "/nowhere", "PARLEY_LICENSE_PUBLIC_KEY": key})


@pytest.mark.parametrize(
    ("host", "tls", "user", "is_fault"),
    [
        ("smtp.example.org", "none", "parley", True),
        ("10.0.0.5", "none", "parley", True),
        ("localhost.example.org", "none", "parley", True),
        ("smtp.example.org", "none", "", False),
        ("smtp.example.org", "starttls", "parley", False),
        ("smtp.example.org", "tls", "parley", False),
        ("127.0.0.1", "none", "parley", False),
        ("::1", "none", "parley", False),
        ("localhost", "none", "parley", False),
    ],
)
def test_no_password_goes_to_another_machine_unencrypted(host: str, tls: str, user: str, is_fault: bool) -> None:
    """The SMTP user's and its password: whoever was on the way read them."""
    mail = {
        "PARLEY_SMTP_HOST": host,
        "PARLEY_SMTP_TLS": tls,
        "PARLEY_SMTP_USER": user,
        "PARLEY_SMTP_FROM": "p@example.org",
    }
    if is_fault:
        with pytest.raises(SettingsError, match=r"^PARLEY_SMTP_TLS: [^.]*$"):
            read(NotifierSettings, {**AUTH, **mail, "PARLEY_SMTP_PASSWORD": "s3cret"})
    else:
        assert read(NotifierSettings, {**AUTH, **mail}).smtp_host == host


def test_a_file_that_cannot_be_read_is_a_fault_and_nothing_of_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfes3cret")
    for path, why in ((tmp_path / "binary", "not a text"), (tmp_path / "none", "No such file"), (tmp_path, "Is a dir")):
        with pytest.raises(SettingsError, match=f"PARLEY_NATS_PASSWORD_FILE: {why}") as caught:
            read(Settings, {**COMMON, "PARLEY_NATS_PASSWORD_FILE": str(path)})
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_no_secret_has_a_value_of_ours(kind: type[Any]) -> None:
    fields = {field.name: field for field in msgspec.structs.fields(kind) if SECRET.search(field.name)}
    assert fields["nats_password"].required
    assert [name for name, field in fields.items() if isinstance(field.default, str) and field.default] == []


def test_the_password_of_the_demo_people_is_in_the_local_cluster_alone() -> None:
    folders = ("contracts", "chassis", "services", "parley")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 100
    assert [path for path in files if PASSWORD in path.read_text()] == []


def test_what_auth_does_where_nobody_says_otherwise() -> None:
    settings = read(AuthSettings, AUTH)
    assert {name: getattr(settings, name) for name in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize(("kind", "name", "bad"), OUT_OF_RANGE, ids=lambda one: getattr(one, "__name__", str(one)))
def test_a_setting_with_which_nothing_would_work_is_a_fault_that_names_its_variable(
    kind: type[Any], name: str, bad: str
) -> None:
    with pytest.raises(SettingsError, match=f"^PARLEY_{name.upper()}: "):
        read(kind, {**AUTH, f"PARLEY_{name.upper()}": bad})

"""What the person may choose, and the sentence about what they may not."""

from pathlib import Path

import pytest

from deploy.local.errors import CannotStart
from deploy.local.options import Options


def test_nothing_chosen_is_one_of_each_on_port_8080() -> None:
    options = Options.of({"HOME": "/home/ada"})
    assert (options.port, options.gateways, options.replicas, options.nats_port) == (8080, 1, 1, None)
    assert options.data_dir == Path(".data").absolute()


def test_gateways_take_consecutive_ports() -> None:
    assert list(Options.of({"PORT": "9000", "GATEWAYS": "3"}).gateway_ports) == [9000, 9001, 9002]


def test_every_parley_setting_is_passed_on_and_nothing_else() -> None:
    assert Options.of({"PARLEY_LEASE_S": "5", "PATH": "/bin"}).settings == {"PARLEY_LEASE_S": "5"}


@pytest.mark.parametrize("name", ["PORT", "GATEWAYS", "REPLICAS", "NATS_PORT", "MONGO_MEMBERS"])
@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "²", "9" * 5000])
def test_a_number_that_is_none_is_named(name: str, value: str) -> None:
    with pytest.raises(CannotStart, match=name):
        Options.of({name: value})


def test_a_folder_whose_name_is_no_text_is_refused() -> None:
    with pytest.raises(CannotStart, match=r"DATA_DIR .*udcff"):
        Options.of({"DATA_DIR": "\udcff"})


def test_ports_end_somewhere() -> None:
    with pytest.raises(CannotStart, match="65535"):
        Options.of({"PORT": "65535", "GATEWAYS": "2"})


def test_a_set_that_elects_nobody_is_refused() -> None:
    with pytest.raises(CannotStart, match="MONGO_MEMBERS=2 is none of 1, 3 and 5"):
        Options.of({"MONGO_MEMBERS": "2"})

"""Every port has a contract suite, and goldens are locked."""

import os

import pytest
from source_tree import ROOT, trees

PORTS = ("source", "object_store", "record_store", "search_index", "trainer", "model_host")


def test_the_ports_are_those_whose_suites_are_asked_for() -> None:
    from kingpost import ports

    protocols = [
        name for name, kind in vars(ports).items() if getattr(kind, "_is_protocol", False) and name != "Protocol"
    ]
    assert sorted("".join(part.title() for part in port.split("_")) for port in PORTS) == sorted(protocols)


@pytest.mark.parametrize("port", PORTS)
def test_every_port_has_a_contract_suite(port: str) -> None:
    suite = ROOT / "tests" / "contracts" / f"test_{port}.py"
    assert suite.is_file()
    assert "def test_" in suite.read_text(encoding="utf-8")


def test_goldens_are_not_being_written() -> None:
    assert "KINGPOST_WRITE_GOLDENS" not in os.environ


def test_the_package_was_found() -> None:
    assert len(trees()) > 50

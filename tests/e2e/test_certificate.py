# SPDX-License-Identifier: MIT
"""Simkl behind TLS: who it is has to be vouched for before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.certificate import Certificate, self_signed
from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .test_delivery import entries, watch
from .test_scrobble import FILM, arrived, started, titles


@pytest.fixture
def address() -> str:
    """Whose certificate it is."""
    return "127.0.0.1"


@pytest.fixture
def certificate(tmp_path: Path, address: str) -> Certificate:
    return self_signed(tmp_path, address)


@pytest.fixture
def simkl(certificate: Certificate) -> Iterator[SimklServer]:
    """In the place of the one that is reached by http."""
    with SimklServer(certificate=certificate) as server:
        yield server


def test_certificate__vouched_for(
    scrobbling: Scrobbling, simkl: SimklServer, certificate: Certificate
) -> None:
    """What was watched arrives, as it does at the real Simkl."""
    vouching = {"environment": {"REQUESTS_CA_BUNDLE": certificate[0]}}
    watch(started(scrobbling(options=vouching)))
    arrived(simkl)
    assert titles(simkl) == [FILM]


def test_certificate__nobody_vouches_for(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Nothing is sent, and what was watched waits."""
    kodi = started(scrobbling())
    watch(kodi)
    kodi.wait_for_log("delivery has to wait: Unreachable: SSLError")
    assert (entries(kodi), simkl.requests) == ([(FILM, "waiting")], [])


@pytest.mark.parametrize("address", ["127.0.0.2"])
def test_certificate__of_another_host(
    scrobbling: Scrobbling, simkl: SimklServer, certificate: Certificate
) -> None:
    """Nothing is sent to a host with the certificate of another one, whoever vouches for that."""
    vouching = {"environment": {"REQUESTS_CA_BUNDLE": certificate[0]}}
    kodi = started(scrobbling(options=vouching))
    watch(kodi)
    kodi.wait_for_log("delivery has to wait: Unreachable: SSLError")
    assert (entries(kodi), simkl.requests) == ([(FILM, "waiting")], [])

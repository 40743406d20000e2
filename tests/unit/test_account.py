"""The account file."""

from __future__ import annotations

import math
import stat
import threading
import time
from pathlib import Path

import pytest

from simkl_scrobbler.account import NOBODY, V2, Account, AccountFile, with_tokens
from simkl_scrobbler.answer import Refused
from simkl_scrobbler.line import Line
from simkl_scrobbler.simkl import Simkl
from tests.simkl_server.server import SimklServer

ANNA = Account("at", V2, "rt", 1_700_000_000, "media:read media:write", 7, "Anna", "pro")


@pytest.fixture
def accounts(tmp_path: Path) -> AccountFile:
    return AccountFile(str(tmp_path / "account.json"))


def test_save__comes_back(accounts: AccountFile, tmp_path: Path) -> None:
    """What was saved is loaded again, and only its owner may read the file."""
    accounts.save(ANNA)
    assert accounts.load() == ANNA
    assert stat.S_IMODE((tmp_path / "account.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["account.json"]


def test_save__by_two_at_once(accounts: AccountFile) -> None:
    """Two writers at once leave the whole account of one of them."""
    others = [ANNA._replace(access_token=str(number) * 5000) for number in range(8)]
    threads = [threading.Thread(target=accounts.save, args=(each,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert accounts.load() in others


def test_save__disk_trouble(accounts: AccountFile, tmp_path: Path) -> None:
    """When the file can't be replaced the old one stays, and no draft is left behind."""
    (tmp_path / "account.json").mkdir()
    with pytest.raises(OSError):
        accounts.save(ANNA)
    assert [path.name for path in tmp_path.iterdir()] == ["account.json"]


@pytest.mark.parametrize("content", [None, "", "{", "[]", "null", "5", '"text"', "[" * 50_000])
def test_load__nobody(accounts: AccountFile, tmp_path: Path, content: str | None) -> None:
    """Without a file, or with one that makes no sense, nobody is signed in."""
    if content is not None:
        (tmp_path / "account.json").write_text(content)
    assert accounts.load() == NOBODY
    assert not accounts.load().signed_in


def test_load__fields_of_other_types(accounts: AccountFile, tmp_path: Path) -> None:
    """A field that is not what it should be counts as unknown, the others stay."""
    (tmp_path / "account.json").write_text('{"access_token": "abc", "id": "7", "plan": [], "x": 1}')
    assert accounts.load() == Account("abc")


def test_signed_out__forgets_what_opens_it() -> None:
    """Signing out leaves who it was, and nothing that opens the account."""
    assert ANNA.signed_out() == Account(id=7, name="Anna", plan="pro")


@pytest.mark.parametrize(("left", "soon"), [(3599, True), (3601, False), (-1, True)])
def test_ends_soon(left: int, soon: bool) -> None:
    """A token is exchanged within the last hour of its life, and after it."""
    assert ANNA.ends_soon(ANNA.expires_at - left) is soon
    assert not Account("v1").ends_soon(2e9)


@pytest.fixture
def server() -> SimklServer:
    with SimklServer() as server:
        yield server
        assert server.client_faults == []


@pytest.fixture
def simkl(server: SimklServer) -> Simkl:
    line = Line()
    yield Simkl(line, server.url, server.client_id, "1.0")
    line.close()


def _anna(server: SimklServer) -> Account:
    grant = server.account().grant
    return ANNA._replace(access_token=grant.access_token, refresh_token=grant.refresh_token)


def test_renew__new_token(server: SimklServer, simkl: Simkl, accounts: AccountFile) -> None:
    """The new token is stored, works, and the person stays the same."""
    old = _anna(server)
    accounts.save(old)
    renewed = accounts.renew(simkl, old)
    assert accounts.load() == renewed
    assert renewed.access_token != old.access_token
    assert renewed[5:] == old[5:]
    assert simkl.user_settings(renewed.access_token)["user"]["name"] == "anna"


def test_renew__revoked(server: SimklServer, simkl: Simkl, accounts: AccountFile) -> None:
    """When the person took the add-on's access away, signing in is the only way."""
    old = _anna(server)
    accounts.save(old)
    server.account().disconnect()
    with pytest.raises(Refused):
        accounts.renew(simkl, old)
    assert accounts.load() == old


def test_renew__signed_in_as_another_meanwhile(
    server: SimklServer, simkl: Simkl, accounts: AccountFile
) -> None:
    """A sign-in during the exchange is not overwritten by the old account's new token."""
    old, bert = _anna(server), ANNA._replace(refresh_token="another", name="Bert")
    accounts.save(bert)
    accounts.renew(simkl, old)
    assert accounts.load() == bert


@pytest.mark.parametrize("lifetime", [math.inf, math.nan, 10**400, -1, 0, "week", None])
def test_with_tokens__of_a_senseless_life(lifetime: object) -> None:
    """A life that makes no sense is the usual one: a token is not lost for it."""
    answer = {"access_token": "t", "refresh_token": "r", "expires_in": lifetime}
    left = with_tokens(ANNA, answer).expires_at - time.time()
    assert 7 * 86400 - 60 < left <= 7 * 86400

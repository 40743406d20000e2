"""The account file."""

from __future__ import annotations

from pathlib import Path

import pytest

from simkl_scrobbler.auth import Account, load


def test_load__signed_in(tmp_path: Path) -> None:
    """The token in the file is the account's, whatever else the file says."""
    path = tmp_path / "account.json"
    path.write_text('{"access_token": "abc", "name": "Anna"}')
    assert load(str(path)) == Account("abc")


@pytest.mark.parametrize(
    "content", [None, "", "{", "[]", "null", "{}", '{"access_token": 5}', '{"access_token": ""}']
)
def test_load__nobody(tmp_path: Path, content: str | None) -> None:
    """Without a file, or with one that makes no sense, nobody is signed in."""
    path = tmp_path / "account.json"
    if content is not None:
        path.write_text(content)
    assert load(str(path)) is None

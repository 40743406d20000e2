# SPDX-License-Identifier: MIT
"""The account: whom we are signed in as."""

from __future__ import annotations

import json
import logging
from typing import NamedTuple

LOG = logging.getLogger(__name__)


class Account(NamedTuple):
    """What account.json holds."""

    access_token: str


def load(path: str) -> Account | None:
    """The account in the file `{"access_token": "…"}`, None while nobody is signed in."""
    try:
        with open(path, encoding="utf-8") as file:
            token = json.load(file)["access_token"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        LOG.error("account.json cannot be read: %s", type(error).__name__)
        return None
    return Account(token) if isinstance(token, str) and token else None

# SPDX-License-Identifier: MIT
"""What looks back at all that was tested comes last."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name == "test_every_request.py")

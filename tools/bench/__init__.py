# SPDX-License-Identifier: MIT
"""Measures what the add-on costs, beside an add-on that does nothing."""

import sys

from tools.build import ROOT

# Where the tests find the add-on, too: the outbox and the sender are measured without Kodi.
sys.path.insert(0, str(ROOT / "resources" / "lib"))

# SPDX-License-Identifier: MIT
"""The only rooms that import Kodi's modules."""

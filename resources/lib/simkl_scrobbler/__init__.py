# SPDX-License-Identifier: MIT
"""Simkl Scrobbler: what was watched in Kodi reaches Simkl's history."""

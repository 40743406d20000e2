# SPDX-License-Identifier: MIT
"""Takes the place of default.py in a copy of the add-on: saves the settings, as a person does."""

import xbmcaddon

xbmcaddon.Addon().setSetting("threshold", "80")

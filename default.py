# SPDX-License-Identifier: MIT
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "resources", "lib"))

from simkl_scrobbler.kodi.script import run  # noqa: E402 -- other add-ons' modules come first

run(sys.argv[1:])

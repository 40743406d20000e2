# SPDX-License-Identifier: MIT
"""A certificate that nobody vouches for, unless somebody is told to."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Tuple

Certificate = Tuple[str, str]


def self_signed(folder: Path, address: str = "127.0.0.1") -> Certificate:
    """The files of a server's certificate, which vouches for itself, and of its key."""
    files = str(folder / "certificate.pem"), str(folder / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        + ["-subj", f"/CN={address}", "-addext", f"subjectAltName=IP:{address}"]
        + ["-out", files[0], "-keyout", files[1]],
        check=True,
        capture_output=True,
    )
    return files

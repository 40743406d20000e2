"""An emulator of Simkl's HTTP API for tests.

The numbers in comments ("rule 61") are those of the reference's list of emulator rules.
"""

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Looks for secrets where none may be: secrets.py SECRETS [--except PATH…] -- PATH…

SECRETS is a file with a secret in each line. Every file below each PATH is searched for each of
them: as it is, in base64 at all three places, in hex, and escaped as in addresses. Prints
"PATH: secret N, FORM" for each hit, never the secret, and ends with 1 when there was one. What is
below an --except PATH is left out; each of them has to be there, so that no exception is forgotten.
"""

import base64
import os
import stat
import sys
import urllib.parse


def in_base64(secret):
    """What of its base64 does not depend on what stands around it."""
    for before in range(3):
        data = b"\0" * before + secret
        text = base64.b64encode(data)
        yield text[(before * 8 + 5) // 6 : len(data) * 8 // 6]


def forms(secret):
    yield "as it is", secret
    for place, text in enumerate(in_base64(secret)):
        yield f"base64 {place}", text
        yield f"base64 {place} for addresses", text.replace(b"+", b"-").replace(b"/", b"_")
    yield "hex", secret.hex().encode()
    yield "hex", secret.hex().upper().encode()
    yield "escaped", urllib.parse.quote(secret, safe="").encode()
    yield "escaped", urllib.parse.quote_plus(secret).encode()
    yield "all escaped", b"".join(b"%%%02X" % byte for byte in secret)


def files(path):
    if not os.path.isdir(path) or os.path.islink(path):
        yield path
        return
    for folder, _, names in os.walk(path):
        for name in names:
            yield os.path.join(folder, name)


def main():
    with open(sys.argv[1], "rb") as file:
        secrets = [line for line in file.read().split(b"\n") if line]
    words = [(number, form, text) for number, secret in enumerate(secrets, 1) for form, text in forms(secret)]
    arguments = sys.argv[2:]
    split = arguments.index("--")
    exceptions = {os.path.abspath(path) for path in arguments[:split] if path != "--except"}
    missing = [path for path in sorted(exceptions) if not os.path.lexists(path)]
    for path in missing:
        print(f"{path}: is an exception and not there")
    searched = hits = 0
    for top in arguments[split + 1 :]:
        for path in files(top):
            path = os.path.abspath(path)
            if any(path == e or path.startswith(e + "/") for e in exceptions):
                continue
            try:
                if not stat.S_ISREG(os.lstat(path).st_mode):
                    continue
                with open(path, "rb") as file:
                    data = file.read()
            except FileNotFoundError:
                continue  # of a process that has ended meanwhile
            searched += 1
            found = {(number, form) for number, form, text in words if text in data}
            hits += len(found)
            for number, form in sorted(found):
                print(f"{path}: secret {number}, {form}")
    print(f"{searched} files, {len(secrets)} secrets, {hits} hits", file=sys.stderr)
    sys.exit(1 if hits or missing or not searched else 0)


main()

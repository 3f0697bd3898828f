#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program and talks to it: converse.py SCRIPT PROGRAM ARG…

Each line of SCRIPT is "expected => answer", or "expected =>" for an empty line, or "! expected" for
what is only waited for: when the output shows the expected text (after what was matched before),
the answer is typed. Lines that begin with "* " may be needed at any time and
any number of times. An answer "^C" is the interrupt key, "^D" ends the input, "^KILL" kills the
program. With PTY=1 in the environment the program runs on a terminal,
else on pipes. What it shows goes to standard output; it ends with the program's exit status, 137
when it was killed, or 99 when the conversation went another way.
"""

import os
import pty
import select
import signal
import subprocess
import sys
import time

DEADLINE_S = float(os.environ.get("CONVERSE_SECONDS", "150"))


class Program:
    def __init__(self, arguments, terminal):
        self.terminal = terminal
        if terminal:
            self.pid, self.fd = pty.fork()
            if self.pid == 0:
                os.execvp(arguments[0], arguments)
            self.input = self.fd
        else:
            process = subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            self.pid, self.fd, self.input = process.pid, process.stdout.fileno(), process.stdin.fileno()
            self.process = process

    def type(self, answer):
        if answer == "^KILL":
            os.kill(self.pid, signal.SIGKILL)
        elif answer == "^C" and self.terminal:
            os.write(self.input, b"\x03")
        elif answer == "^C":
            os.kill(self.pid, signal.SIGINT)
        elif answer == "^D" and self.terminal:
            os.write(self.input, b"\x04")
        elif answer == "^D":
            os.close(self.input)
        else:
            os.write(self.input, answer.encode() + b"\n")

    def read(self, until):
        """The next output, b"" at the end, None when the time is over."""
        if not select.select([self.fd], [], [], max(0, until - time.monotonic()))[0]:
            return None
        try:
            return os.read(self.fd, 65536)
        except OSError:
            return b""

    def status(self):
        if not self.terminal:
            code = self.process.wait()
        else:
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return code if code >= 0 else 128 - code


def split(line):
    if line.startswith("! "):
        return line[2:].encode(), None
    expected, _, answer = line.partition(" =>")
    return expected.encode(), answer[1:]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip()]
    always = [split(line[2:]) for line in lines if line.startswith("* ")]
    turns = [split(line) for line in lines if not line.startswith("* ")]
    program = Program(sys.argv[2:], os.environ.get("PTY") == "1")
    seen, until = b"", time.monotonic() + DEADLINE_S
    while True:
        found = [(seen.find(e), e, a, i) for i, (e, a) in enumerate(always) if e in seen]
        if turns and turns[0][0] in seen:
            found.append((seen.find(turns[0][0]), *turns[0], -1))
        if found:
            at, expected, answer, index = min(found, key=lambda turn: turn[0])
            seen = seen[at + len(expected):]
            if index < 0:
                turns.pop(0)
            if answer is not None:
                program.type(answer)
            continue
        data = program.read(until)
        if data is None:
            print("converse: never shown:", turns[0][0].decode() if turns else "the end")
            os.kill(program.pid, signal.SIGKILL)
            sys.exit(99)
        if not data:
            break
        seen += data
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    status = program.status()
    if turns:
        print("converse: never shown:", turns[0][0].decode())
        # Killed, or at an end that a test has ordered (RW_FAILPOINT): the caller wants to know.
        sys.exit(status if status in (86, 137) else 99)
    sys.exit(status)


main()

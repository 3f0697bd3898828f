#!/usr/bin/python3
"""Runs a program on a terminal and presses keys: screens.py SCRIPT PROGRAM ARG…

Each line of SCRIPT is "TEXT & TEXT & !TEXT => KEYS": when the screen shows each TEXT, and none of
those with a "!", the keys are pressed: names (Enter, Tab, BackTab, Esc, Left, Right, Up, Down, Space, ^C and
so on), letters, and "words" to type, separated by blanks; a pasted text is paste"words", where | ends a line.
"^KILL" is no key: it kills the program.
"Next" is Tab until the cursor stands on the button Next or Finish, in either language, then Enter.
Without keys the next line is waited for. A TEXT
"@NAME" is there when a file NAME stands beside SCRIPT: whoever runs this has done something. The screen is asked for by ^L, which draws all of it, so
that what is read is what a user sees. Each screen that was waited for goes to standard output as
lines of text (what was typed does not), and so does what stands on the terminal after the program.
It ends with the program's exit status (128 + N after signal N), or 99 when a screen did not come within SCREENS_SECONDS
(300).

The terminal has 24 rows and 80 columns, or SCREENS_SIZE=ROWSxCOLUMNS.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

ROWS, COLS = (int(n) for n in os.environ.get("SCREENS_SIZE", "24x80").split("x"))
DEADLINE_S = float(os.environ.get("SCREENS_SECONDS", "300"))
DRAW_S = 0.5  # how often the screen is asked for while it is waited for
KEYS = {
    "Enter": "\r", "Tab": "\t", "Esc": "\033", "Left": "\033[D",
    "BackTab": "\033[Z", "Right": "\033[C", "Up": "\033[A", "Down": "\033[B", "Space": " ",
}
NEXT = ("Next >", "Finish", "下一步 >", "结束")
SEQUENCE = re.compile(rb"\033(?:\[([0-9;?>]*)([@-~])|[()][0-9A-B]|[=>78cM])")


class Screen:
    """What a terminal makes of the bytes, as far as this program uses it."""

    def __init__(self):
        self.cells = [[" "] * COLS for _ in range(ROWS)]
        self.row = self.col = 0
        self.rest = b""
        self.last = " "
        self.normal = None  # the other screen, while the program has its own

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells).rstrip()

    def feed(self, data):
        data = self.rest + data
        at = 0
        while at < len(data):
            if data[at] == 0x1B:
                match = SEQUENCE.match(data, at)
                if not match:
                    if len(data) - at < 32:
                        break  # it may go on
                    at += 1
                    continue
                if match.group(2):
                    self.control(match.group(1).decode(), match.group(2).decode())
                at = match.end()
                continue
            size = 1 if data[at] < 0x80 else 2 if data[at] < 0xE0 else 3 if data[at] < 0xF0 else 4
            if at + size > len(data):
                break
            self.put(data[at : at + size].decode(errors="replace"))
            at += size
        self.rest = data[at:]

    def put(self, character):
        if character == "\r":
            self.col = 0
        elif character == "\n":
            self.row += 1
            if self.row == ROWS:
                self.cells = self.cells[1:] + [[" "] * COLS]
                self.row = ROWS - 1
        elif character == "\b":
            self.col = max(0, self.col - 1)
        elif character >= " ":
            wide = unicodedata.east_asian_width(character) in "WF"
            self.col = min(self.col, COLS - 1)
            self.cells[self.row][self.col] = self.last = character
            self.col += 1
            if wide and self.col < COLS:
                self.cells[self.row][self.col] = ""  # the second half
                self.col += 1

    def control(self, parameters, final):
        if parameters.startswith("?"):
            if parameters in ("?1049", "?1047") and final == "h":
                self.normal = (self.cells, self.row, self.col)
                self.cells = [[" "] * COLS for _ in range(ROWS)]
            elif parameters in ("?1049", "?1047") and final == "l" and self.normal:
                self.cells, self.row, self.col = self.normal
            return
        numbers = [int(n) if n.isdigit() else 0 for n in parameters.split(";")]
        count = max(1, numbers[0])
        row = self.cells[self.row]
        if final == "H":
            self.row = min(count, ROWS) - 1
            self.col = min(max(1, numbers[1] if len(numbers) > 1 else 1), COLS) - 1
        elif final in "ABCD":
            down, right = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[final]
            self.row = min(max(0, self.row + down * count), ROWS - 1)
            self.col = min(max(0, self.col + right * count), COLS - 1)
        elif final == "G":
            self.col = min(count, COLS) - 1
        elif final == "d":
            self.row = min(count, ROWS) - 1
        elif final == "J":
            for r in range(0 if numbers[0] == 2 else self.row, ROWS):
                start = self.col if r == self.row and numbers[0] == 0 else 0
                self.cells[r][start:] = [" "] * (COLS - start)
        elif final == "K":
            start, end = (0, self.col + 1) if numbers[0] == 1 else (self.col, COLS)
            row[start:end] = [" "] * (end - start)
        elif final == "X":
            end = min(self.col + count, COLS)
            row[self.col : end] = [" "] * (end - self.col)
        elif final == "P":
            del row[self.col : self.col + count]
            row += [" "] * (COLS - len(row))
        elif final == "@":
            row[self.col : self.col] = [" "] * count
            del row[COLS:]
        elif final == "b":
            for _ in range(count):
                self.put(self.last)


def start(arguments):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
        os.execvp(arguments[0], arguments)
    return pid, fd


def read(fd, screen, until):
    """Feeds what comes; False when nothing did in time, None at the end."""
    if not select.select([fd], [], [], max(0, until - time.monotonic()))[0]:
        return False
    try:
        data = os.read(fd, 65536)
    except OSError:
        return None
    screen.feed(data)
    return True if data else None


def is_shown(screen, wanted):
    text = screen.text()
    for w in wanted:
        if w.startswith("@"):
            if not os.path.exists(os.path.join(os.path.dirname(sys.argv[1]), w[1:])):
                return False
        elif (w[1:] in text) if w.startswith("!") else (w not in text):
            return False
    return True


def wait_for(fd, screen, wanted):
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        until = min(deadline, time.monotonic() + DRAW_S)
        got = True
        while got and time.monotonic() < until:
            got = read(fd, screen, until)
        if got is None:
            return False
        if is_shown(screen, wanted):
            return True
        os.write(fd, b"\x0c")
    return False


def draw(fd, screen):
    """Takes in what comes within a moment."""
    os.write(fd, b"\x0c")
    until = time.monotonic() + DRAW_S
    while time.monotonic() < until and read(fd, screen, until):
        pass


def press_next(fd, screen):
    for _ in range(20):
        draw(fd, screen)
        if "".join(screen.cells[screen.row][screen.col :]).startswith(NEXT):
            os.write(fd, b"\r")
            return
        os.write(fd, b"\t")
    sys.exit("screens.py: Tab never comes to Next")


def press(pid, fd, screen, keys):
    for key in re.findall(r'(?:paste)?"[^"]*"|\S+', keys):
        if key.startswith('"'):
            data = key[1:-1]
        elif key.startswith('paste"'):
            data = "\033[200~" + key[6:-1].replace("|", "\r") + "\033[201~"
        elif key == "^KILL":
            os.kill(pid, signal.SIGKILL)
            continue
        elif key.startswith("^") and len(key) == 2:
            data = chr(ord(key[1]) & 0x1F)
        elif key == "Next":
            press_next(fd, screen)
            continue
        elif key in KEYS or len(key) == 1:
            data = KEYS.get(key, key)
        else:
            sys.exit(f"screens.py: there is no key {key}")
        os.write(fd, data.encode())


def main():
    with open(sys.argv[1], encoding="utf-8") as script:
        lines = [line.strip() for line in script if line.strip()]
    pid, fd = start(sys.argv[2:])
    screen = Screen()
    for line in lines:
        wanted, keys = line.split("=>")
        good = wait_for(fd, screen, [w.strip() for w in wanted.split(" & ")])
        print(f"==== {wanted}\n{screen.text()}\n", flush=True)
        if not good:
            print("screens.py: this was never shown", file=sys.stderr)
            os.kill(pid, 15)
            sys.exit(99)
        press(pid, fd, screen, keys)
    while read(fd, screen, time.monotonic() + DEADLINE_S):
        pass
    print(f"==== afterwards\n{screen.text()}")
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program on a terminal and presses keys: screens.py SCRIPT PROGRAM ARG…

Each line of SCRIPT is "TEXT & TEXT & !TEXT => KEYS": when the screen shows each TEXT, and none of
those with a "!", the keys are pressed, each when the one before was drawn: names (Enter, Tab, BackTab,
Esc, Left, Right, Up, Down, Home, Space, ^C and so on), letters, and "words" to type, separated by blanks; a pasted text is paste"words", where
| ends a line. "Next" is Tab until the cursor stands on the button Next or Finish, in either language,
then Enter. "^KILL" is no key: it kills the program. Without keys the next line is waited for. A TEXT
"@NAME" is there when a file NAME stands beside SCRIPT: whoever runs this has done something.

The terminal is libvterm and has 24 rows and 80 columns, or SCREENS_SIZE=ROWSxCOLUMNS. The screen is
asked for by ^L, which draws all of it. Each screen that was waited for goes to standard output as
lines of text (what was typed does not), and so does what stands on the terminal after the program.

It ends with the program's exit status (128 + N after signal N), or 99 when a screen did not come
within SCREENS_SECONDS (300).
"""

import ctypes
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

ROWS, COLS = (int(n) for n in os.environ.get("SCREENS_SIZE", "24x80").split("x"))
DEADLINE_S = float(os.environ.get("SCREENS_SECONDS", "300"))
QUIET_S = 0.05  # after the last bytes of a drawing
DRAW_S = 0.5  # how often the screen is asked for while it is waited for
KEYS = {
    "Enter": "\r", "Tab": "\t", "Esc": "\033", "Left": "\033[D",
    "BackTab": "\033[Z", "Right": "\033[C", "Up": "\033[A", "Down": "\033[B", "Home": "\033[H", "Space": " ",
}
NEXT = ("Next >", "Finish", "下一步 >", "结束")


class Rect(ctypes.Structure):
    """VTermRect of vterm.h; the ends are the first ones outside."""

    _fields_ = [(name, ctypes.c_int) for name in ("top", "bottom", "left", "right")]


class Pos(ctypes.Structure):
    """VTermPos of vterm.h."""

    _fields_ = [("row", ctypes.c_int), ("col", ctypes.c_int)]


def vterm():
    lib = ctypes.CDLL("libvterm.so.0")
    lib.vterm_new.restype = lib.vterm_obtain_screen.restype = lib.vterm_obtain_state.restype = ctypes.c_void_p
    lib.vterm_set_utf8.argtypes = [ctypes.c_void_p, ctypes.c_int]
    lib.vterm_obtain_screen.argtypes = lib.vterm_obtain_state.argtypes = [ctypes.c_void_p]
    lib.vterm_screen_enable_altscreen.argtypes = [ctypes.c_void_p, ctypes.c_int]
    lib.vterm_screen_reset.argtypes = [ctypes.c_void_p, ctypes.c_int]
    lib.vterm_input_write.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    lib.vterm_screen_get_text.restype = ctypes.c_size_t
    lib.vterm_screen_get_text.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, Rect]
    lib.vterm_state_get_cursorpos.argtypes = [ctypes.c_void_p, ctypes.POINTER(Pos)]
    return lib


class Screen:
    """What a terminal makes of the bytes."""

    def __init__(self):
        self.lib = vterm()
        self.terminal = self.lib.vterm_new(ROWS, COLS)
        self.lib.vterm_set_utf8(self.terminal, 1)
        self.screen = self.lib.vterm_obtain_screen(self.terminal)
        self.lib.vterm_screen_enable_altscreen(self.screen, 1)
        self.lib.vterm_screen_reset(self.screen, 1)
        self.buffer = ctypes.create_string_buffer(COLS * 24)  # six characters of four bytes a cell, of a row

    def feed(self, data):
        self.lib.vterm_input_write(self.terminal, data, len(data))

    def cursor(self):
        at = Pos()
        self.lib.vterm_state_get_cursorpos(self.lib.vterm_obtain_state(self.terminal), ctypes.byref(at))
        return at

    def row(self, row, start=0):
        """What stands in a row from a column on, without the blanks at the end."""
        rect = Rect(row, row + 1, start, COLS)
        size = self.lib.vterm_screen_get_text(self.screen, self.buffer, len(self.buffer), rect)
        return self.buffer.raw[:size].decode(errors="replace").rstrip()

    def text(self):
        return "\n".join(self.row(row) for row in range(ROWS)).rstrip()


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


def settle(fd, screen, data):
    """Waits until the screen was drawn after a key: the program drops what is typed before. Behind an
    Esc the next byte would make another key of it, until the program has taken it for what it is."""
    until = time.monotonic() + DRAW_S
    while data.endswith("\033") and read(fd, screen, until):
        until = min(until, time.monotonic() + QUIET_S)
    os.write(fd, b"\x0c")
    until = time.monotonic() + DRAW_S
    while time.monotonic() < until and read(fd, screen, until):
        until = min(until, time.monotonic() + QUIET_S)


def press_next(fd, screen):
    for _ in range(20):
        draw(fd, screen)
        at = screen.cursor()
        if screen.row(at.row, at.col).startswith(NEXT):
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
        settle(fd, screen, data)


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

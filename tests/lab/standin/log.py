"""Journal lines as logrus writes them: time="…" level=info msg="…"."""
import os
import sys
import time

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/@^+")


def quote(text):
    if text and PLAIN.issuperset(text):
        return text
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + text + '"'


def line(level, text):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    os.write(2, f'time="{now}" level={level} msg={quote(text)}\n'.encode())


def info(text):
    line("info", text)


def warning(text):
    line("warning", text)


def error(text):
    line("error", text)


def fatal(text):
    """A fatal line ends the process, whichever thread wrote it."""
    line("fatal", text)
    sys.stdout.flush()
    os._exit(1)

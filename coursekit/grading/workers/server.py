"""Imported first by the server that workers are forked from: it and they end with the grader.

A signal to the grader's whole group (a terminal that is closed, a batch system) would end them
before the grader can end what they have started. They take no notice; the grader does, and ends
them. No handler that does something, and not SIG_IGN: a program started from here keeps neither.
"""

import signal

for name in ("SIGTERM", "SIGHUP"):
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), lambda *_: None)

"""Work in a process of its own: what it has sent is kept, whatever happens meanwhile."""

import multiprocessing.connection
import signal

import pytest

from verify.bounded_process import Ended, within
from verify.interrupts import held


@pytest.fixture(autouse=True)
def interruptible():
    """SIGINT as a terminal delivers it, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_inside_comes_at_the_end():
    done = []
    with pytest.raises(KeyboardInterrupt), held():
        signal.raise_signal(signal.SIGINT)
        done.append(True)
    assert done and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with held():
        pass


def test_what_comes_while_ctrl_c_is_pressed_is_kept(monkeypatch):
    receive = multiprocessing.connection.Connection.recv
    pressed = []

    def disturbed(self):
        value = receive(self)
        if value == "first":
            pressed.append(value)
            signal.raise_signal(signal.SIGINT)
        return value

    monkeypatch.setattr("multiprocessing.connection.Connection.recv", disturbed)

    def work(send):
        send("first")
        while True:
            pass

    first, last = within(60.0, work)
    assert pressed and first == "first"
    assert isinstance(last, Ended) and last.interrupted

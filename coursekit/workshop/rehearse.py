"""A rehearsal: a real room, and learners who are not, with the mistakes that the exercises know."""

import threading
from collections.abc import Callable, Sequence

from coursekit.terminal import say
from coursekit.workshop.course import course
from coursekit.workshop.crowd import Crowd
from coursekit.workshop.learner import Learner, play
from coursekit.workshop.serve import serve
from coursekit.workshop.store import Store, locate


def rehearse(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    db: str = "rehearsal.db",
    lessons: Sequence[str] = (),
    learners: int = 60,
    speed: float = 10.0,
    tell: Callable[[str], object] = say,
) -> int:
    """Serve a room that learners join who are simulated, until Ctrl-C; the exit code.

    Args:
        speed: how many times faster than people they work.
    """
    works = list(course(lessons or ("04",)).works.values())
    stop = threading.Event()

    def open_to(code: str, url: str) -> None:
        pupils = [Learner(url, code, works, seed=number) for number in range(learners)]
        for pupil in pupils:
            threading.Thread(target=play, args=(pupil, stop, speed), daemon=True).start()
        crowd = Crowd(Store(locate(db), create=False), pupils, speed)
        threading.Thread(target=crowd.run, args=(stop,), daemon=True).start()

    tell(f"Rehearsal  {learners} simulated learners, {speed:g} times as fast as people")
    try:
        return serve(
            host=host,
            port=port,
            db=db,
            lessons=lessons or ("04",),
            days=1.0,
            tell=tell,
            opened=open_to,
        )
    finally:
        stop.set()

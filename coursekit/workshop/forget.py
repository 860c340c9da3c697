"""Make a room forget somebody."""

from coursekit.workshop import people
from coursekit.workshop.store import Store, locate

COPIES = (
    "What `coursekit grade --workshop` has fetched stays in its --out (handed-in, the reports, "
    "the gradebook): delete it there."
)


def forget(db: str, name: str) -> str:
    """Delete who is called that, with all that was sent; says so.

    Raises:
        WorkshopError: there is no such room, or nobody in it is called that.
    """
    store = Store(locate(db), create=False)
    try:
        with store.writing() as connection:
            people.forget(connection, name)
        store.scrub()
    finally:
        store.close()
    return f"{name} is forgotten, with all that was sent. {COPIES}"

"""checking/guest/ by the name that it has in the box, where nothing else of checking/ is."""

from coursekit.checking.guest import marks as marks
from coursekit.checking.guest import modules as modules
from coursekit.checking.guest import objects as objects
from coursekit.checking.guest import plain as plain
from coursekit.checking.guest import raised as raised
from coursekit.checking.guest import scene as scene

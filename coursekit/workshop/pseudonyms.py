"""Names that tell nothing of anybody and are easy to call out: quiet heron, bright walnut."""

import secrets
from collections.abc import Callable

HOW = """amber brave bright calm clear clever copper coral crimson early eager fair fast gentle
golden green happy indigo jade keen kind lively lucky mellow mild neat noble olive patient plain
proud quick quiet ready rosy round ruby sandy sharp silver slow smooth snowy soft solid steady
sunny swift tidy violet warm wide wild wise young""".split()
WHAT = """acorn alder aspen badger beaver birch bison cedar clover condor crane cricket daisy
dolphin dragonfly eagle falcon fern finch fox gecko hare hazel heron ibis iris ivy jackdaw juniper
kestrel koala lark lemur lilac linden lynx magpie maple marten mole moose moth newt oak oriole
osprey otter owl panda pebble pine plover poplar puffin quail raven robin rowan seal sparrow squid
stork swan tapir tern thistle thrush toad tulip turtle walnut willow wren yew zebra""".split()


def pseudonym(taken: Callable[[str], bool]) -> str:
    """A name that nobody has."""
    for _ in range(50):
        name = f"{secrets.choice(HOW)} {secrets.choice(WHAT)}"
        if not taken(name):
            return name
    return beside(name, taken)


def beside(name: str, taken: Callable[[str], bool]) -> str:
    """The name, or with the first number behind it by which nobody is called."""
    number, free = 1, name
    while taken(free):
        number += 1
        free = f"{name} {number}"
    return free

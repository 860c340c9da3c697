"""The wire refuses whatever breaks its rules, and carries the rest unchanged."""

import io
import struct

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch import nn

from coursekit.checking.modules import plan
from coursekit.sandbox.wire import frame, values
from coursekit.sandbox.wire import messages as m


def cross(value, **options):
    """A value, sent and received."""
    packer = values.Packer(plan=plan)
    data = frame.frame(m.Returned(1, packer.pack(value), []), packer.buffers)
    message, body = frame.read_frame(io.BytesIO(data).read, m.judge_decoder)
    unpacker = values.Unpacker(body, **options)
    got = unpacker.unpack(message.value)
    unpacker.done()
    return got


def receive(header, body=b"", mark=frame.MARK, lengths=None):
    """What the judge makes of these bytes."""
    header = header if isinstance(header, bytes) else msgspec.msgpack.encode(header)
    prefix = frame.PREFIX.pack(mark, *(lengths or (len(header), len(body))))
    message, body = frame.read_frame(io.BytesIO(prefix + header + body).read, m.judge_decoder)
    unpacker = values.Unpacker(body)
    got = unpacker.unpack(message.value)
    unpacker.done()
    return got


def returned(value):
    """A well-formed message around a value's raw msgpack form."""
    return ["Returned", 1, value, [], 0.0]


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.sets(st.one_of(st.none(), st.booleans(), st.integers(-99, 99), st.text(max_size=3))))
def test_sets_of_texts_and_numbers_arrive_as_they_were(value):
    assert cross(value) == value and type(cross(value)) is set
    assert cross([frozenset(value)]) == [value] and type(cross(frozenset(value))) is frozenset


@given(PLAIN)
def test_plain_values_arrive_as_they_were(value):
    assert cross(value) == value


@given(
    hnp.arrays(
        st.sampled_from(sorted(values.DTYPES)).map(np.dtype),
        hnp.array_shapes(min_dims=0, max_dims=8, min_side=0, max_side=3),
    )
)
def test_arrays_arrive_bit_by_bit_in_memory_of_their_own(array):
    got = cross(array)
    assert type(got) is np.ndarray and got.dtype == array.dtype and got.shape == array.shape
    assert got.tobytes() == array.tobytes() and got.flags.writeable


def test_arrays_inside_containers_keep_their_order():
    a, b = np.arange(3.0), np.ones((2, 2), np.float32)
    got = cross((a, {"b": [b, a]}, "x"))
    assert got[0].tolist() == [0, 1, 2] and got[1]["b"][0].dtype == np.float32 and got[2] == "x"


def test_numpy_scalars_stay_scalars_and_big_endian_becomes_little():
    assert type(cross(np.float32(2))) is np.float32
    assert cross(np.array([1.0, 2.0], ">f8")).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({(1, 2)}, "set"),
        (frozenset([b"x"]), "frozenset"),
        (np.array(["a"]), "ndarray of dtype <U1"),
        (np.array([object()]), "ndarray of dtype object"),
        (2**64, "int"),
        (b"bytes", "bytes"),
    ],
)
def test_what_cannot_cross_arrives_as_a_stranger_with_its_types_name(value, name):
    got = cross(value)
    assert isinstance(got, values.Stranger) and type(got).__name__ == name


def test_an_unwritten_answer_arrives_as_one():
    assert cross(...) is ...


def test_an_object_that_claims_to_be_everything_is_a_stranger():
    class YesMan:
        def __eq__(self, other):
            return True

        def __array_function__(self, *_):
            return True

        __hash__ = None

    got = cross(YesMan())
    assert isinstance(got, values.Stranger) and not isinstance(got, YesMan)


class Loud(np.ndarray):
    def __eq__(self, other):
        return True

    __hash__ = None


def test_an_array_subclass_loses_its_class():
    assert type(cross(np.arange(3.0).view(Loud))) is np.ndarray


def layer(kind, arguments, tensors=(), children=(), training=True):
    """A Module part in raw msgpack form."""
    tables = [
        ["Table", list(d), list(d.values())] for d in map(dict, (arguments, tensors, children))
    ]
    return ["Module", kind, *tables, training]


LYING = layer("Linear", {"in_features": 2**40, "out_features": 2**40})
HUGE = ["Array", "<f8", [2**40], "array", False]
LIES = {
    "not a frame": dict(header=b"", mark=b"evil"),
    "too many": dict(header=b"", lengths=(2**31, 0)),
    "claims": dict(header=b"", lengths=(0, 2**31)),
    "decoded": dict(header=b"\xc1"),
    "impossible length": dict(header=returned(HUGE)),
    "negative": dict(header=returned(["Array", "<f8", [-1], "array", False])),
    "more bytes than came": dict(header=returned(["Array", "<f8", [3], "array", False]), body=b"x"),
    "belong to no array": dict(header=returned(3), body=b"x" * 8),
    "dtype": dict(header=returned(["Array", "|O", [1], "array", False]), body=b"x" * 8),
    "9 axes": dict(header=returned(["Array", "<f8", [1] * 9, "array", False]), body=b"x" * 8),
    "scalar has a shape": dict(
        header=returned(["Array", "<f8", [1], "scalar", False]), body=b"x" * 8
    ),
    "as many keys": dict(header=returned(["Table", ["a"], []])),
    "neither text nor a number": dict(header=returned(["Table", [["Items", [], True]], [1]])),
    "function": dict(header=returned(["Handle", 1, True])),
    "a module came": dict(header=returned(LYING)),
    "the judge may send": dict(header=returned(["Items", [["Table", ["a"], [LYING]]], True])),
    "unknown kind": dict(header=returned(["Begin", 1])),
    "unknown field": dict(header=["Returned", 1, 2, [], 0.0, "more"]),
    "wrong type": dict(header=["Returned", "one", 2, []]),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_frame_that_lies_is_refused(lie):
    with pytest.raises(frame.WireError):
        receive(**LIES[lie])


def test_a_shape_whose_product_overflows_a_machine_word_is_refused():
    with pytest.raises(frame.WireError, match="more bytes"):
        receive(returned(["Array", "<f8", [2**24] * 5, "array", False]), b"x" * 8)


def test_an_empty_array_with_an_enormous_axis_is_refused_or_empty():
    with pytest.raises(frame.WireError, match="impossible"):
        receive(returned(["Array", "<f8", [0, 2**62], "array", False]))


@pytest.mark.parametrize("depth", [values.DEPTH_LIMIT + 1, 600, 100_000])
def test_nesting_is_refused_before_it_hurts(depth):
    header = b"\x94" + msgspec.msgpack.encode("Returned") + b"\x01"
    items = b"\x93" + msgspec.msgpack.encode("Items") + b"\x91"
    close = b"\xc0" + b"\xc2" * depth + b"\x90"
    with pytest.raises(frame.WireError):
        receive(header + items * depth + close)
    value = None
    for _ in range(min(depth, 600)):
        value = [value]
    with pytest.raises(frame.WireError, match="nested deeper"):
        values.Packer().pack(value)


def read_module(raw):
    """What the box makes of these bytes, with a builder that only collects."""
    message, body = frame.read_frame(io.BytesIO(raw).read, m.host_decoder)
    unpacker = values.Unpacker(body, build=lambda *parts: parts)
    got = unpacker.unpack(message.value)
    unpacker.done()
    return got


@pytest.mark.parametrize("depth", [values.DEPTH_LIMIT + 1, 300])
def test_a_module_is_nested_no_deeper_than_other_values(depth):
    part, module = None, nn.ReLU()
    for _ in range(depth):
        part = layer("Sequential", {}, children={"0": part})
        module = nn.Sequential(module)
    raw = msgspec.msgpack.encode(["Reply", 1, part])
    with pytest.raises(frame.WireError):
        read_module(frame.PREFIX.pack(frame.MARK, len(raw), 0) + raw)
    if depth < 100:  # torch's own walk through a module would end before
        with pytest.raises(frame.WireError, match="nested deeper"):
            values.Packer(plan=plan).pack(module)


def test_a_modules_parts_count_as_values_and_its_tensors_as_bytes(monkeypatch):
    packer = values.Packer(plan=plan)
    packer.pack(nn.Sequential(nn.BatchNorm1d(3), nn.ReLU()))
    assert packer.count > 15 and packer.size == 4 * 3 * 4 + 8
    monkeypatch.setattr(values, "COUNT_LIMIT", 15)
    with pytest.raises(frame.WireError, match="separate values"):
        values.Packer(plan=plan).pack(nn.Sequential(nn.BatchNorm1d(3), nn.ReLU()))
    with pytest.raises(frame.WireError, match="16 MiB"):
        values.Packer(plan=plan).pack(nn.Linear(2**11, 2**11 + 1))


@pytest.mark.parametrize(
    "lie",
    [
        layer("Linear", {}, {"weight": ["Array", "<f4", [3], "tensor", False]}),
        layer("Linear", {}, {"weight": ["Array", "<f4", [2**30], "tensor", False]}),
        ["Module", "Linear", ["Table", ["a"], []], *[["Table", [], []]] * 2, True],
        ["Module", "Linear", *[["Table", [], []]] * 3, "yes"],
        ["Module", "Linear", [], [], [], True],
        ["Module", 5, *[["Table", [], []]] * 3, True],
        [*layer("Linear", {}), 1],
    ],
)
def test_a_module_that_lies_is_refused(lie):
    raw = msgspec.msgpack.encode(["Reply", 1, lie])
    with pytest.raises(frame.WireError):
        read_module(frame.PREFIX.pack(frame.MARK, len(raw), 4) + raw + b"four")


@settings(max_examples=300)
@given(st.data())
def test_a_true_module_with_one_byte_changed_is_read_or_refused(data):
    packer = values.Packer(plan=plan)
    value = packer.pack(nn.Sequential(nn.BatchNorm1d(2, momentum=None), nn.GELU()))
    raw = bytearray(frame.frame(m.Reply(7, value), packer.buffers))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        got = read_module(bytes(raw))
    except (frame.WireError, AttributeError):  # AttributeError: a message that carries no value
        return
    assert got is None or len(got) in (2, 5)


def layers(part):
    """Module parts with any parts inside."""
    table = st.dictionaries(st.text(max_size=3), part, max_size=2)
    return st.builds(layer, st.text(max_size=9), table, table, table)


@settings(max_examples=100)
@given(layers(st.recursive(st.none() | st.integers(-9, 9), layers, max_leaves=9)))
def test_no_module_gets_past_the_judge_however_it_is_wrapped(part):
    for wrapped in (part, ["Items", [1, part], False], ["Table", ["k"], [part]]):
        with pytest.raises(frame.WireError, match="only the judge may send"):
            receive(returned(wrapped))


def test_a_length_that_lies_asks_for_no_memory_ahead():
    """The reader asks for what the prefix claims, so claims above the limit end the reading."""
    asked = []

    def read(n):
        asked.append(n)
        return frame.PREFIX.pack(frame.MARK, frame.HEADER_LIMIT + 1, 0)

    with pytest.raises(frame.WireError):
        frame.read_frame(read, m.judge_decoder)
    assert asked == [frame.PREFIX.size]


@settings(max_examples=300)
@given(st.binary(max_size=300), st.binary(max_size=64))
def test_noise_never_does_more_than_be_refused(header, body):
    try:
        receive(header, body)
    except (frame.WireError, AttributeError):  # AttributeError: a message that carries no value
        pass


@settings(max_examples=200)
@given(st.data())
def test_a_true_frame_with_one_byte_changed_is_read_or_refused(data):
    packer = values.Packer()
    value = packer.pack((np.arange(4.0), {"k": [1, "two", None]}, np.float32(1)))
    raw = bytearray(frame.frame(m.Returned(7, value, [b"x"]), packer.buffers))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    stream = io.BytesIO(bytes(raw))
    try:
        message, body = frame.read_frame(stream.read, m.judge_decoder)
        unpacker = values.Unpacker(body)
        unpacker.unpack(message.value)
        unpacker.done()
    except (frame.WireError, AttributeError):
        pass


def test_a_message_too_large_is_refused_by_the_sender():
    with pytest.raises(frame.WireError, match="structure"):
        frame.frame(m.Raised(1, m.Error("E", "x" * (frame.HEADER_LIMIT + 1))))
    with pytest.raises(frame.WireError, match="16 MiB"):
        values.Packer().pack(np.zeros(frame.BODY_LIMIT // 8 + 1))


def test_the_prefix_is_twelve_bytes():
    assert struct.calcsize(frame.PREFIX.format) == 12


@pytest.mark.parametrize("grad", [False, True])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_tensors_cross_with_dtype_and_gradient_flag(dtype, grad):
    sent = torch.arange(3, dtype=getattr(torch, dtype)).requires_grad_(grad)
    got = cross(sent, tensor=values.make_tensor)
    assert torch.equal(got, sent) and got.dtype == sent.dtype and got.requires_grad is grad
    plain = cross(sent)  # where the judge speaks in arrays
    assert type(plain) is np.ndarray and plain.tolist() == [0, 1, 2]


def test_text_with_half_a_character_is_refused_where_it_is_sent():
    with pytest.raises(frame.WireError, match="half a character"):
        frame.frame(m.Returned(1, "\ud800", []))

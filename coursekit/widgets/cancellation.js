const cancellation = {
  say: { power: (v) => fixed(10 ** v, 0) },
  frame({ power }, { offsets, readings, step }) {
    const f = Math.fround; // every result is rounded to float32, as the hardware would
    const mean32 = (values) => f(values.reduce((total, v) => f(total + v), 0) / values.length);
    const offset = offsets[Math.round(power / step)];
    const x = readings.map((r) => f(offset + r));
    const m = mean32(x);
    const square_mean = mean32(x.map((v) => f(v * v))), mean_square = f(m * m);
    const one = f(square_mean - mean_square);
    const two = mean32(x.map((v) => f(f(v - m) ** 2)));
    const bits = new Uint32Array(new Float32Array([square_mean]).buffer)[0];
    const gap = 2 ** (((bits >> 23) & 255) - 150);
    const truth = mean(x.map((v) => (v - mean(x)) ** 2));
    const words = `Readings near ${fixed(offset, 0)}: one pass gives ${short(one)}, two passes ${short(two)}; ` +
      `the truth is ${short(truth)}. E[x²] = ${fixed(square_mean, 1)} has neighbours ` +
      `${short(gap)} away: one pass can only answer in steps of about that size.`;
    return { square_mean, mean_square, one, two, gap, truth, words };
  },
  at: scale(-20, 20, 40, 660),
  draw({ square_mean, mean_square, one, two, gap }) {
    const { at } = this;
    const [a, b] = [square_mean, mean_square].map((v) => fixed(v, 4));
    let same = 0;
    while (a.length === b.length && same < a.length && a[same] === b[same]) same++;
    const row = (y, label, digits, cancelled) => {
      const start = 640 - digits.length * 11;
      return group(text(40, y, label), ...[...digits].map((d, i) =>
        text(start + i * 11, y, d, `mono big ${i < cancelled ? "faint" : "bold"}`)),
        ...(cancelled ? [line(start - 2, y - 6, start + cancelled * 11 - 1, y - 6, "red")] : []));
    };
    const post = gap * 15.5 > 4; // pixels between posts
    const posts = post ? Math.floor(20 / gap) : -1;
    const mark = (v, y, look, label) => {
      const x = at(clamp(v, -20, 20));
      const out = Math.abs(v) > 20;
      const side = v > 8 || (v > 0 && out) ? -1 : 1;
      const [tip, tail] = [x + 9 * Math.sign(v), x - 5 * Math.sign(v)];
      const shape = out ? path([[tip, y], [tail, y - 8], [tail, y + 8]], `fill ${look}`, "Z")
        : look === "red" ? box(x - 7, y - 7, 14, 14, `fill ${look}`) : dot(x, y, 8, `fill ${look}`);
      return group(shape, text(x + side * 18, y + 5, label, side < 0 ? "end" : ""));
    };
    return [
      row(30, "E[x²]", a, same), row(56, "− E[x]²", b, same),
      line(40, 66, 660, 66, "rule"), row(90, "one pass", fixed(one, 4), 0),
      ...(post ? Array.from({ length: 2 * posts + 1 }, (_, i) => at((i - posts) * gap)).map((x) => line(x, 122, x, 230, "hair"))
        : [box(at(-20), 122, 620, 108, "fill grey pale")]),
      line(at(1), 116, at(1), 230, "thick green"), text(at(1), 112, "truth", "small middle"),
      mark(one, 152, "red", `one pass ${short(one)}`),
      mark(two, 196, "blue", `two passes ${short(two)}`),
      axis(at, 236, at.ticks(8), "variance of 25 readings"),
    ];
  },
};

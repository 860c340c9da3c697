const batch_sandbox = {
  say: { log10_eps: (v) => short(10 ** v) },
  frame({ norm, feature, log10_eps, ordinary, constant }, data) {
    const eps = 10 ** log10_eps;
    const column = feature === "ordinary" ? 0 : 3;
    const rows = (a, b) => a.map((v, i) => [v, ...data.others[i], b[i]]);
    const standard = (values) => {
      const m = mean(values), variance = mean(values.map((v) => (v - m) ** 2));
      return values.map((v) => (v - m) / Math.sqrt(variance + eps));
    };
    const output = (x) => norm === "batch" ? standard(x.map((row) => row[column])) : x.map((row) => standard(row)[column]);
    const std = (values) => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));
    const now = rows(ordinary, constant), then = rows(data.ordinary, data.constant);
    const x = now.map((row) => row[column]), y = output(now), before = output(then);
    const moved = [0, 1, 2, 3, 4, 5].filter((i) => now[i].some((v, k) => v !== then[i][k]));
    const change = y.map((v, i) => Math.abs(v - before[i]));
    let words = `${norm === "batch" ? "Batch" : "Layer"} norm, ε = ${short(eps)}: ` +
      `standard deviation ${short(std(x))} in, ${short(std(y))} out. `;
    words += moved.length
      ? `You moved sample${moved.length > 1 ? "s" : ""} ${moved.join(", ")}: ` +
        `${change.filter((v) => v > 1e-6).length} of 6 outputs moved, by up to ${fixed(Math.max(...change))}.`
      : "Drag a sample: whose outputs move?";
    if (norm === "batch")
      words += ` The outermost output is at ${fixed(Math.max(...y.map(Math.abs)))}; no batch of 6 can pass √5 = 2.24.`;
    return { x, y, before, moved, words };
  },
  range: (feature) => (feature === "ordinary" ? [-20, 20, 0.5] : [6.99, 7.01, 0.0005]),
  left: scale(0, 5, 95, 295),
  right: scale(0, 5, 435, 635),
  out: scale(-2.6, 2.6, 270, 30),
  handles({ x }, { feature, ...state }) {
    const [low, high, step] = this.range(feature);
    const at = scale(low, high, 270, 30);
    const put = (i, v) => ({ [feature]: state[feature].map((p, k) => (k === i ? clamp(snap(v, step), low, high) : p)) });
    return x.map((v, i) => ({
      x: this.left(i), y: at(v), label: `input of sample ${i}`, now: v, low, high,
      text: fixed(v, feature === "ordinary" ? 1 : 4),
      drag: (_, y) => put(i, at.back(y)),
      nudge: (right, up) => put(i, v + (right + up) * step),
      shape: [dot(0, 0, 11, "fill blue"), text(0, 4.5, `${i}`, "small middle inverse bold")],
    }));
  },
  draw({ x, y, before, moved }, { norm, feature }) {
    const { left, right, out } = this;
    const [low, high] = this.range(feature);
    const at = scale(low, high, 270, 30);
    const upright = (where, x0, x1, ticks, say) => ticks.flatMap((t) => [
      line(x0, where(t), x1, where(t), "hair"), text(x0 - 8, where(t) + 4, say(t), "small end")]);
    return [
      text(195, 16, "input", "middle bold"), text(535, 16, "output", "middle bold"),
      text(195, 302, "sample", "small middle"), text(535, 302, "sample", "small middle"),
      ...upright(at, 70, 320, at.ticks(4), (v) => (feature === "ordinary" ? short(v) : fixed(v, 3))),
      ...upright(out, 410, 660, [-2, -1, 0, 1, 2], short),
      arrow(338, 150, 372, 150, "grey"),
      ...(norm === "batch" ? [-1, 1].flatMap((s) => [line(410, out(s * 5 ** 0.5), 660, out(s * 5 ** 0.5), "dashed red"),
        text(664, out(s * 5 ** 0.5) + 4, s > 0 ? "√5" : "−√5", "small")]) : []),
      ...y.map((v, i) => group(
        line(right(i), out(before[i]), right(i), out(v), "grey"),
        dot(right(i), out(before[i]), 7, "ring grey"),
        dot(right(i), out(v), 10, `ring ${moved.includes(i) ? "red" : "blue"}`),
        text(right(i), out(v) + 4.5, `${i}`, "small middle plain"))),
      ...x.map((v, i) => line(left(i), at((low + high) / 2), left(i), at(v), "hair")),
    ];
  },
};

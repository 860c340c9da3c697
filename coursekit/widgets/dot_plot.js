const dot_plot = {
  frame({ n, points }) {
    const x = points.slice(0, n);
    const m = mean(x);
    const squares = sum(x.map((v) => (v - m) ** 2));
    const by_n = Math.sqrt(squares / n), by_less = Math.sqrt(squares / (n - 1));
    const ratio = Math.sqrt(n / (n - 1));
    const spread = by_n > 0
      ? `σ is ${fixed(by_n)} by N and ${fixed(by_less)} by N − 1, ${fixed(ratio, 3)} times as much.`
      : "They agree: σ is 0 by either divisor.";
    const words = `${n} values, mean ${fixed(m)}. ${spread} ` +
      `Move one value by 1, and the mean moves by ${fixed(1 / n, 3)}.`;
    return { mean: m, by_n, by_less, ratio, words };
  },
  at: scale(0, 50, 40, 660),
  handles(frame, { n, points }) {
    const put = (i, v) => ({ points: points.map((p, k) => (k === i ? clamp(snap(v, 0.5), 0, 50) : p)) });
    return points.slice(0, n).map((v, i) => ({
      x: this.at(v), y: 165, label: `value ${i + 1}`, now: v, low: 0, high: 50, text: short(v),
      drag: (x) => put(i, this.at.back(x)),
      nudge: (right, up) => put(i, v + right + up),
      shape: [dot(0, 0, 9, "ring blue"), dot(0, 0, 5, "fill blue")],
    }));
  },
  draw({ mean: m, by_n, by_less }, { n, points }) {
    const { at } = this;
    const bar = (sigma, y, look, label, cap) => {
      const [left, right] = [at(m - sigma), at(m + sigma)];
      return group(line(left, y, right, y, `thick ${look}`), cap(left, y), cap(right, y),
        text(clamp(at(m), 110, 590), y - 13, `${label}: ${fixed(sigma)}`, "middle"));
    };
    const circle = (x, y) => dot(x, y, 6, "fill red");
    const triangle = (x, y) => path([[x - 7, y + 6], [x + 7, y + 6], [x, y - 7]], "fill green", "Z");
    return [
      axis(at, 190, at.ticks(5), "value"),
      ...points.slice(0, n).map((v) => line(at(v), 165, at(m), 165, "hair")),
      line(at(m), 24, at(m), 190, "dashed"),
      text(clamp(at(m), 60, 640), 16, `mean ${fixed(m)}`, "middle bold"),
      bar(by_n, 60, "red", "± σ by N", circle),
      bar(by_less, 112, "green dashed", "± σ by N − 1", triangle),
    ];
  },
};

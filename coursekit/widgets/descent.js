const descent = {
  say: { log10_rate: (v) => short(10 ** v) },
  frame({ features, scale: wide, log10_rate, start }, { steps }) {
    const hessian = [1, (features === "standardized" ? 1 : wide) ** 2];
    const rate = 10 ** log10_rate;
    const factor = hessian.map((h) => 1 - rate * h);
    const path = Array.from({ length: steps + 1 }, (_, k) => start.map((w, i) => w * factor[i] ** k));
    const loss = path.map((w) => sum(w.map((v, i) => hessian[i] * v * v)) / 2);
    const limit = 2 / Math.max(...hessian), ratio = loss.at(-1) / loss[0];
    const verdict = rate > limit
      ? `it diverges: after 40 steps the loss is ${short(ratio)} times the first`
      : `after 40 steps ${short(100 * ratio)} % of the loss is left`;
    const words = `λmax = ${short(Math.max(...hessian))}, so rates up to 2/λmax = ${short(limit)} converge. ` +
      `Rate ${short(rate)} is ${fixed((100 * rate) / limit, 0)} % of that: ${verdict}. ` +
      `Across the valley each step multiplies by ${fixed(factor[1])}, along it by ${fixed(factor[0])}.`;
    return { path, loss, hessian, limit, words };
  },
  x: scale(-10, 10, 20, 420),
  y: scale(-6, 6, 262, 22),
  handles(frame, { start }) {
    const put = ([a, b]) => ({ start: [clamp(snap(a, 0.25), -9, 9), clamp(snap(b, 0.25), -5, 5)] });
    return [{
      x: this.x(start[0]), y: this.y(start[1]), label: "start of the path", now: start[0], low: -9, high: 9,
      text: `weights ${fixed(start[0])} and ${fixed(start[1])}`,
      drag: (px, py) => put([this.x.back(px), this.y.back(py)]),
      nudge: (right, up) => put([start[0] + right / 4, start[1] + up / 4]),
      shape: [dot(0, 0, 8, "fill red")],
    }];
  },
  draw({ path: steps, loss, hessian }) {
    const { x, y } = this;
    const level = (share) => ["ellipse", { cx: x(0), cy: y(0), class: "stroke grey",
      rx: near(20 * Math.sqrt((2 * share) / hessian[0])), ry: near(20 * Math.sqrt((2 * share) / hessian[1])) }];
    const inside = ([a, b]) => Math.abs(a) <= 10.5 && Math.abs(b) <= 6;
    const end = steps.findIndex((w) => !inside(w));
    const seen = (end < 0 ? steps : steps.slice(0, end + 1))
      .map(([a, b]) => [x(clamp(a, -10.5, 10.5)), y(clamp(b, -6, 6))]);
    const t = scale(0, 40, 490, 680), height = scale(-6, 6, 232, 32);
    const curve = loss.map((v, k) => [t(k), height(clamp(Math.log10(Math.max(v / loss[0], 1e-99)), -6, 6))]);
    return [
      text(220, 12, "two weights, and the loss's contours", "middle"),
      ...[0.5, 2, 8, 18, 32, 48].filter((v) => v <= 18 * hessian[1]).map(level),
      line(x(0) - 5, y(0), x(0) + 5, y(0), ""), line(x(0), y(0) - 5, x(0), y(0) + 5, ""),
      path(seen, "red"), ...seen.slice(1).map(([a, b]) => dot(a, b, 3, "fill red")),
      text(220, 288, "weight of feature 1", "small middle"),
      text(585, 12, "loss / first loss", "middle"),
      ...[-6, -3, 0, 3, 6].flatMap((p) => [line(490, height(p), 680, height(p), p ? "hair" : "rule"),
        text(482, height(p) + 4, p ? `1e${p < 0 ? "−" : ""}${Math.abs(p)}` : "1", "small end")]),
      path(curve, "red thick"),
      axis(t, 236, [0, 20, 40], "step"),
    ];
  },
};

const gradient_circle = {
  say: { angle: (v) => `${v}°` },
  frame({ angle, sigma, shift, pull }, { plane }) {
    const lift = ([a, b]) => [0, 1, 2].map((i) => a * plane[0][i] + b * plane[1][i]);
    const dotted = (u, v) => sum(u.map((c, i) => c * v[i]));
    const flat = (v) => plane.map((row) => dotted(row, v));
    const r = (angle * Math.PI) / 180;
    const x_hat = lift([Math.sqrt(3) * Math.cos(r), Math.sqrt(3) * Math.sin(r)]);
    const dy = lift(pull).map((v) => v + shift);
    const m = mean(dy), share = dotted(dy, x_hat) / 3;
    const along = x_hat.map((v) => v * share);
    const dx = dy.map((v, i) => (v - m - along[i]) / sigma);
    const removed = dotted(dy, dy) > 1e-9 ? 1 - (dotted(dx, dx) * sigma ** 2) / dotted(dy, dy) : 0;
    const vector = (v) => `(${v.map((c) => fixed(c)).join(", ")})`;
    const words = `x̂ = ${vector(x_hat)}, dy = ${vector(dy)}. Removed: the mean, ${fixed(m)}, and the ` +
      `part along x̂, ${vector(along)}: ${fixed(100 * removed, 0)} % of dy's square. ` +
      `Left, divided by σ = ${fixed(sigma)}: dx = ${vector(dx)}.`;
    return { x_hat, dy, dx, x_flat: flat(x_hat), along_flat: flat(along), dx_flat: flat(dx), removed, words };
  },
  size: 60, // pixels of length 1
  to([a, b]) { return [205 + a * this.size, 172 - b * this.size]; },
  handles({ x_flat }, { angle, pull }) {
    const [x, y] = this.to(x_flat), tip = this.to([x_flat[0] + pull[0], x_flat[1] + pull[1]]);
    const put = (v) => ({ pull: v.map((c) => clamp(snap(c, 0.05), -2, 2)) });
    return [
      { x, y, label: "x hat on the circle", now: angle, low: 0, high: 360, text: `${angle}°`,
        drag: (px, py) => ({ angle: (snap((Math.atan2(172 - py, px - 205) * 180) / Math.PI, 5) + 360) % 360 }),
        nudge: (right, up) => ({ angle: clamp(angle + 5 * (right + up), 0, 360) }),
        shape: [dot(0, 0, 8, "fill blue")] },
      { x: tip[0], y: tip[1], label: "tip of dy", now: pull[0], low: -2, high: 2,
        text: `${fixed(pull[0])} across, ${fixed(pull[1])} up`,
        drag: (px, py) => put([(px - x) / this.size, (y - py) / this.size]),
        nudge: (right, up) => put([pull[0] + 0.1 * right, pull[1] + 0.1 * up]),
        shape: [dot(0, 0, 6, "ring")] },
    ];
  },
  draw({ x_flat, along_flat, dx_flat }, { pull, shift, sigma }, { plane }) {
    const add = (u, v) => [u[0] + v[0], u[1] + v[1]];
    const at = (p) => this.to(p);
    const start = at(x_flat), bar = scale(-1.2, 1.2, 470, 680);
    const ray = (i) => {
      const end = [plane[0][i] * 2.6, plane[1][i] * 2.6];
      return group(line(...at([0, 0]), ...at(end), "hair"), text(...at(end), `sample ${i}`, `small ${i ? "middle" : ""}`));
    };
    const passed = dx_flat.map((v) => v * sigma);
    const key = (y, look, words) => group(arrow(455, y, 495, y, look), text(506, y + 5, words));
    return [
      dot(...at([0, 0]), Math.sqrt(3) * this.size, "stroke"), ray(0), ray(1), ray(2),
      line(...at([0, 0]), ...start, "blue"),
      line(...at(add(x_flat, along_flat)), ...at(add(x_flat, pull)), "dashed grey"),
      line(...at(add(x_flat, passed)), ...at(add(x_flat, pull)), "dashed grey"),
      arrow(...start, ...at(add(x_flat, along_flat)), "fat red"),
      arrow(...start, ...at(add(x_flat, dx_flat)), "fat green"),
      arrow(...start, ...at(add(x_flat, pull)), "thin"),
      text(start[0], start[1] + 26, "x̂", "middle bold"),
      key(40, "thin", "dy, seen in this plane"), key(72, "fat red", "along x̂: removed"),
      key(104, "fat green", "dx = what passes / σ"),
      text(575, 226, "mean of dy: removed", "middle"),
      box(Math.min(bar(0), bar(shift)), 240, Math.abs(bar(shift) - bar(0)), 14, "fill red"),
      line(470, 262, 680, 262, "rule"),
      ...[-1, 0, 1].map((v) => group(line(bar(v), 262, bar(v), 267, "rule"), text(bar(v), 282, short(v), "small middle"))),
    ];
  },
};

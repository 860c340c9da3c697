const ema_playground = {
  say: { momentum: (i) => ["0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "0.9", "1"][i] },
  frame({ momentum: index, noise, drift, rule }, data) {
    const momentum = data.momenta[index], steps = data.noise.length;
    const truth = data.noise.map((_, i) => (i + 1 > steps / 2 ? data.truth + drift : data.truth));
    const batch = truth.map((v, i) => v + noise * data.noise[i]);
    let last = 0;
    const running = batch.map((v, i) => {
      const weight = rule === "average" ? 1 / (i + 1) : momentum;
      return (last = (1 - weight) * last + weight * v);
    });
    const start = (1 - momentum) ** steps;
    const how = rule === "average" ? "momentum=None: the plain average of all batches so far. "
      : `Momentum ${short(momentum)} (Keras would say ${short(1 - momentum)}): about the last ` +
        `${fixed(1 / momentum, 0)} batches count, and after 100 the start at 0 weighs ${fixed(100 * start, 0)} %. `;
    const goal = truth.at(-1);
    const words = `${how}Stored: ${fixed(last)}; true: ${fixed(goal)}; off by ${fixed(last - goal)}.`;
    return { truth, batch, running, momentum, words };
  },
  x: scale(0, 100, 50, 620),
  y: scale(-2, 8, 226, 14),
  draw({ truth, batch, running }) {
    const { x, y } = this;
    const curve = (values) => values.map((v, i) => [x(i + 1), y(clamp(v, -2, 8))]);
    const [goal, end] = [truth.at(-1), running.at(-1)];
    const apart = Math.abs(y(goal) - y(end)) < 16 ? (goal > end ? 10 : -10) : 0;
    return [
      ...[-2, 0, 2, 4, 6, 8].flatMap((v) => [line(50, y(v), 620, y(v), "hair"), text(42, y(v) + 4, short(v), "small end")]),
      ...batch.map((v, i) => dot(x(i + 1), y(clamp(v, -2, 8)), 2.5, "fill grey")),
      path(curve(truth), "green dashed"),
      path([[x(0), y(0)], ...curve(running)], "blue thick"),
      dot(x(100), y(clamp(end, -2, 8)), 6, "fill blue"),
      text(634, y(goal) + 5 - apart, "true"), text(634, y(clamp(end, -2, 8)) + 5 + apart, "running", "bold"),
      axis(x, 230, x.ticks(5), "batches seen"),
    ];
  },
};

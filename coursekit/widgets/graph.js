const graph = {
  anywhere: true,
  frame({ node: index, cut, upstream, last }, data) {
    const eps = 0.1, gamma = 2, beta = 1;
    const x = [1, 2, last], dy = data.upstream[upstream];
    const mu = mean(x), centered = x.map((v) => v - mu), square = centered.map((v) => v * v);
    const variance = mean(square), inv = 1 / Math.sqrt(variance + eps);
    const x_hat = centered.map((v) => v * inv);
    const named = (...all) => Object.fromEntries(data.nodes.map((name, i) => [name, [all[i]].flat()]));
    const value = named(x, mu, centered, square, variance, inv, x_hat, x_hat.map((v) => gamma * v + beta));
    const backward = (no_mean, no_var) => {
      const d_x_hat = dy.map((v) => gamma * v);
      const d_inv = no_var ? 0 : sum(d_x_hat.map((v, i) => v * centered[i]));
      const d_var = -0.5 * inv ** 3 * d_inv, d_square = [d_var / 3, d_var / 3, d_var / 3];
      const d_centered = d_x_hat.map((v, i) => v * inv + 2 * centered[i] * d_square[i]);
      const d_mu = no_mean ? 0 : -sum(d_centered);
      return named(d_centered.map((v) => v + d_mu / 3), d_mu, d_centered, d_square, d_var, d_inv, d_x_hat, dy);
    };
    const grad = backward(cut === "mean" || cut === "both", cut === "var" || cut === "both");
    const truth = backward(false, false).x, node = data.nodes[index];
    const error = Math.max(...truth.map((v, i) => Math.abs(grad.x[i] - v)));
    const vector = (v) => v.map((c) => fixed(c)).join(", ");
    const words = `${data.labels[node]} is ${vector(value[node])}; its gradient is ${vector(grad[node])}, ` +
      `of shape (${value[node].length},). ${data.formulas[node]}.` + (index ? ` dx = ${vector(grad.x)}.` : "") +
      (cut === "none" ? "" : ` The cut makes dx wrong by up to ${fixed(error)}.`);
    return { value, grad, truth, words };
  },
  // Centres of the boxes, in the order of data.nodes.
  places: [[80, 60], [166, 160], [260, 60], [260, 260], [440, 260], [476, 160], [440, 60], [620, 60]],
  wires: [[0, 2], [0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [2, 6], [6, 7]],
  handles(frame, { node }, { nodes, labels }) {
    const [x, y] = this.places[node];
    return [{
      x, y, label: "chosen node", now: node, low: 0, high: 7, text: labels[nodes[node]],
      drag: (px, py) => {
        const far = this.places.map(([a, b]) => Math.hypot((a - px) / 2, b - py));
        return { node: far.indexOf(Math.min(...far)) };
      },
      nudge: (right, up) => ({ node: clamp(node + right + up, 0, 7) }),
      shape: [["rect", { x: -78, y: -36, width: 156, height: 72, rx: 7, class: "stroke thick" }]],
    }];
  },
  draw({ value, grad }, { cut }, { nodes, labels }) {
    const edge = ([ax, ay], [bx, by]) => { // where the line to the middle of a box meets its border
      const [dx, dy] = [ax - bx, ay - by];
      const share = Math.min(78 / Math.abs(dx || 1e-9), 36 / Math.abs(dy || 1e-9));
      return [bx + dx * share, by + dy * share];
    };
    const wire = ([from, to]) => {
      const [a, b] = [this.places[from], this.places[to]];
      const broken = (from === 1 && (cut === "mean" || cut === "both")) || (from === 5 && (cut === "var" || cut === "both"));
      const [start, end] = [edge(b, a), edge(a, b)];
      const [mx, my] = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
      return group(arrow(...start, ...end, broken ? "thin dashed red" : "thin"),
        ...(broken ? [text(mx, my + 6, "✕", "big bold middle")] : []));
    };
    const node = (name, i) => {
      const [x, y] = this.places[i];
      const row = (v) => v.map((c) => fixed(c)).join(", ");
      return group(box(x - 76, y - 34, 152, 68, "frame", { rx: 6 }),
        text(x, y - 15, labels[name], "middle bold plain"),
        text(x, y + 5, row(value[name]), "small middle plain"),
        box(x - 73, y + 11, 146, 19, "fill orange pale", { rx: 3 }),
        text(x, y + 25, `∂ ${row(grad[name])}`, "small middle plain"));
    };
    return [
      ...this.wires.map(wire), ...nodes.map(node),
      text(560, 262, "value", "small"),
      box(556, 270, 70, 19, "fill orange pale", { rx: 3 }), text(560, 284, "∂ gradient", "small plain"),
    ];
  },
};

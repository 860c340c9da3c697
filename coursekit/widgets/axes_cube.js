const HUES = ["blue", "orange", "green", "red", "purple", "grey", "sky"];

const axes_cube = {
  anywhere: true,
  frame({ method, groups, layout, cell }, { shape: [N, C, H, W], letters, shared }) {
    const cells = Array.from({ length: N * C * H * W }, (_, i) => i);
    const place = (i) => [Math.floor(i / (C * H * W)), Math.floor(i / (H * W)) % C, Math.floor(i / W) % H, i % W];
    const each = { layer: 1, instance: C, group: Number(groups) }[method];
    const ids = cells.map((i) => {
      const [n, c] = place(i);
      return method === "batch" ? c : n * each + Math.floor(c / (C / each));
    });
    const order = layout === "NCHW" ? cells : cells.map((k) => {
      const c = k % C, pixel = Math.floor(k / C) % (H * W), n = Math.floor(k / (C * H * W));
      return (n * C + c) * H * W + pixel;
    });
    const [n, c, h, w] = place(cell), mine = ids[cell];
    const count = Math.max(...ids) + 1, size = ids.filter((id) => id === mine).length;
    const runs = order.filter((i, k) => ids[i] === mine && (k === 0 || ids[order[k - 1]] !== mine)).length;
    const split = method === "group" ? ` with ${groups} groups` : "";
    const words = `${method[0].toUpperCase()}${method.slice(1)} norm${split}: ${count} ` +
      `statistic${count > 1 ? "s" : ""} (a mean and a variance each), over ${size} values each. ` +
      `Sample ${n}, channel ${c}, pixel (${h}, ${w}) shares ${letters[mine]} with ` +
      `${shared[method]}. In ${layout} memory these lie in ${runs} run${runs > 1 ? "s" : ""}.`;
    return { ids, order, count, size, runs, words };
  },
  // Cell i = ((n * 6 + c) * 4 + pixel) is drawn in panel n, row c, column pixel.
  corner: (i) => [80 + Math.floor(i / 24) * 205 + (i % 4) * 46, 34 + (Math.floor(i / 4) % 6) * 28],
  under(x, y) {
    const n = clamp(Math.floor((x - 70) / 205), 0, 2);
    const pixel = clamp(Math.floor((x - 80 - n * 205) / 46), 0, 3);
    return (n * 6 + clamp(Math.floor((y - 34) / 28), 0, 5)) * 4 + pixel;
  },
  handles({ ids }, { cell }, { letters }) {
    const [x, y] = this.corner(cell);
    const n = Math.floor(cell / 24), c = Math.floor(cell / 4) % 6, pixel = cell % 4;
    const column = n * 4 + pixel;
    return [{
      x: x + 22, y: y + 13, label: "chosen cell", now: cell, low: 0, high: 71,
      text: `sample ${n}, channel ${c}, pixel ${pixel}: ${letters[ids[cell]]}`,
      drag: (px, py) => ({ cell: this.under(px, py) }),
      nudge: (right, up) => {
        const to = clamp(column + right, 0, 11), row = clamp(c - up, 0, 5);
        return { cell: (Math.floor(to / 4) * 6 + row) * 4 + (to % 4) };
      },
      shape: [["rect", { x: -22, y: -13, width: 44, height: 26, rx: 4, class: "stroke thick" }]],
    }];
  },
  draw({ ids, order }, { cell, layout }, { letters }) {
    const look = (i) => `fill ${HUES[ids[i] % 7]} ${ids[i] === ids[cell] ? "half" : "pale"}`;
    const strip = (k) => 80 + k * (594 / 72);
    const here = strip(order.indexOf(cell));
    return [
      ...[0, 1, 2].map((n) => text(171 + n * 205, 16, `sample ${n}`, "middle bold")),
      ...[0, 1, 2, 3, 4, 5].map((c) => text(70, 52 + c * 28, c ? `${c}` : "channel 0", "small end")),
      ...ids.flatMap((id, i) => {
        const [x, y] = this.corner(i);
        return [box(x, y, 44, 26, look(i)), text(x + 22, y + 18, letters[id], `middle plain ${id === ids[cell] ? "bold" : ""}`)];
      }),
      ...ids.map((id, i) => {
        const [x, y] = this.corner(i);
        return box(x + 0.75, y + 0.75, 42.5, 24.5, id === ids[cell] ? "stroke" : "none");
      }),
      ...[0, 1, 2].map((n) => text(171 + n * 205, 218, "4 pixels", "small middle")),
      text(80, 248, `in memory, ${layout}`, "small"),
      ...order.flatMap((i, k) => [box(strip(k), 256, 7.5, 24, look(i)),
        box(strip(k), 283, 7.5, 4, ids[i] === ids[cell] ? "fill" : "none")]),
      path([[here + 4, 256], [here - 1, 250], [here + 9, 250]], "fill", "Z"),
    ];
  },
};

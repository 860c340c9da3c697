const signal_depth = {
  anywhere: true,
  say: { gain: (i) => ["0.5", "0.75", "1", "1.25", "√2", "1.75", "2", "2.5", "3"][i] },
  frame({ act, norm, gain, layer }, { size, shape, gains, titles, norms }) {
    const grid = size[`${act} ${norm}`];
    const row = grid[gain];
    const here = 10 ** row[layer - 1], last = 10 ** row.at(-1);
    const factor = 10 ** ((row.at(-1) - row[0]) / (row.length - 1));
    const verdict = last < 0.1 ? "vanished" : last > 10 ? "exploded" : "kept its size";
    const words = `${titles[act]}, ${norms[norm]}, gain ${short(gains[gain])}: after layer ` +
      `${layer} the standard deviation is ${short(here)}. Over 20 layers each multiplies it by ` +
      `${short(factor)} on average: the signal has ${verdict}, at ${short(last)}.`;
    return { grid, bars: shape[`${act} ${norm}`][gain][layer - 1], factor, words };
  },
  corner: (gain, layer) => [64 + (layer - 1) * 18, 216 - gain * 22],
  handles(frame, { gain, layer }) {
    const [x, y] = this.corner(gain, layer);
    const put = (g, l) => ({ gain: clamp(g, 0, 8), layer: clamp(l, 1, 20) });
    return [{
      x: x + 9, y: y + 11, label: "chosen layer and gain", now: layer, low: 1, high: 20,
      text: `layer ${layer}, gain ${this.say.gain(gain)}`,
      drag: (px, py) => put(Math.floor((238 - py) / 22), Math.floor((px - 64) / 18) + 1),
      nudge: (right, up) => put(gain + up, layer + right),
      shape: [["rect", { x: -9, y: -11, width: 18, height: 22, class: "stroke thick" }]],
    }];
  },
  draw({ grid, bars }, { layer }) {
    const cell = (power, gain, k) => {
      const [x, y] = this.corner(gain, k + 1);
      const sign = power < -1 ? "↓" : power > 1 ? "↑" : "";
      return group(
        box(x, y, 17, 21, `fill ${power < 0 ? "blue" : "red"}`, { "fill-opacity": near(clamp(Math.abs(power) / 4, 0.03, 0.85)) }),
        text(x + 8.5, y + 15, sign, "small middle plain"));
    };
    const x = scale(-4, 4, 480, 680);
    const top = Math.max(10, ...bars);
    return [
      text(250, 28, "standard deviation: ↓ below 0.1, ↑ above 10", "middle"),
      ...grid.flatMap((row, gain) => [
        text(56, 216 - gain * 22 + 15, this.say.gain(gain), "small end"),
        ...row.map((power, k) => cell(power, gain, k))]),
      text(56, 33, "gain", "small end"),
      ...[1, 5, 10, 15, 20].map((k) => text(64 + (k - 1) * 18 + 9, 252, `${k}`, "small middle")),
      text(244, 271, "layer", "middle"),
      text(580, 28, `activations of layer ${layer}`, "middle"),
      ...bars.map((v, i) => box(480 + i * 8, 216 - (v / top) * 168, 7, (v / top) * 168, "fill blue")),
      ...[0, 1].map((s) => text(474, 220 - s * 168, `${s ? top : 0} %`, "small end")),
      axis(x, 217, [-4, -2, 0, 2, 4], "value (±4 holds what lies beyond)"),
    ];
  },
};

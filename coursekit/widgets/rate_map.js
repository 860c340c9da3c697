const rate_map = {
  anywhere: true,
  say: {
    gain: (i, { gains }) => short(gains[i]),
    rate: (i, { rates }) => short(rates[i]),
  },
  frame({ norm, depth, optimizer, gain, rate }, { maps, gains, rates, norms, optimizers, good: least }) {
    const grid = maps[`${optimizer} ${depth} ${norm}`];
    const good = grid.flat().filter((value) => value >= least).length;
    const rows = grid.filter((row) => Math.max(...row) >= least).length;
    const columns = grid[gains.indexOf(1)].filter((value) => value >= least).length;
    const words = `${depth} layers, ${norms[norm]}, ${optimizers[optimizer]}: with gain ` +
      `${short(gains[gain])} and learning rate ${short(rates[rate])} it reads ` +
      `${grid[gain][rate]} of 100 test digits after 100 steps. ${good} of ` +
      `${gains.length * rates.length} squares reach ${least}. Of the gains ${rows} of ` +
      `${gains.length} do at some rate; of the rates ${columns} of ${rates.length} do at gain 1.`;
    return { grid, good, rows, columns, words };
  },
  corner: (gain, rate) => [110 + rate * 60, 226 - gain * 32],
  handles(frame, { gain, rate }, data) {
    const [x, y] = this.corner(gain, rate);
    const high = { gain: data.gains.length - 1, rate: data.rates.length - 1 };
    const put = (g, r) => ({ gain: clamp(g, 0, high.gain), rate: clamp(r, 0, high.rate) });
    return [{
      x: x + 29, y: y + 15, label: "chosen gain and learning rate", now: rate, low: 0, high: high.rate,
      text: `gain ${this.say.gain(gain, data)}, learning rate ${this.say.rate(rate, data)}`,
      drag: (px, py) => put(Math.floor((258 - py) / 32), Math.floor((px - 110) / 60)),
      nudge: (right, up) => put(gain + up, rate + right),
      shape: [["rect", { x: -30, y: -16, width: 60, height: 32, class: "stroke thick" }]],
    }];
  },
  draw({ grid }, state, data) {
    const square = (value, gain, rate) => {
      const [x, y] = this.corner(gain, rate);
      const depth = near(clamp((value - 10) / 130, 0.02, 0.7));
      return group(
        box(x, y, 58, 30, "fill blue", { "fill-opacity": depth }),
        box(x + 2, y + 2, 54, 26, value >= data.good ? "stroke" : "none"),
        text(x + 29, y + 20, `${value}`, "small middle plain"));
    };
    return [
      text(380, 20, `test digits read, of 100; a frame from ${data.good} on`, "middle"),
      ...grid.flatMap((row, gain) => [
        text(102, 226 - gain * 32 + 20, this.say.gain(gain, data), "small end"),
        ...row.map((value, rate) => square(value, gain, rate))]),
      text(56, 150, "gain", "small end"),
      ...grid[0].map((_, rate) =>
        text(110 + rate * 60 + 29, 274, this.say.rate(rate, data), "small middle")),
      text(380, 294, "learning rate", "middle"),
    ];
  },
};

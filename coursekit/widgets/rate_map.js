const rate_map = {
  anywhere: true,
  say: {
    gain: (i) => short([0.01, 0.03, 0.1, 0.3, 1, 3, 10][i]),
    rate: (i) => short([0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1][i]),
  },
  frame({ norm, depth, optimizer, gain, rate }, { maps, gains, rates, norms, optimizers }) {
    const grid = maps[`${optimizer} ${depth} ${norm}`];
    const good = grid.flat().filter((value) => value >= 90).length;
    const rows = grid.filter((row) => Math.max(...row) >= 90).length;
    const columns = grid[gains.indexOf(1)].filter((value) => value >= 90).length;
    const words = `${depth} layers, ${norms[norm]}, ${optimizers[optimizer]}: with gain ` +
      `${short(gains[gain])} and learning rate ${short(rates[rate])} it reads ` +
      `${grid[gain][rate]} of 100 test digits after 100 steps. ${good} of 63 squares reach 90. ` +
      `Of the gains ${rows} of 7 do at some rate; of the rates ${columns} of 9 do at gain 1.`;
    return { grid, good, rows, columns, words };
  },
  corner: (gain, rate) => [110 + rate * 60, 226 - gain * 32],
  handles(frame, { gain, rate }) {
    const [x, y] = this.corner(gain, rate);
    const put = (g, r) => ({ gain: clamp(g, 0, 6), rate: clamp(r, 0, 8) });
    return [{
      x: x + 29, y: y + 15, label: "chosen gain and learning rate", now: rate, low: 0, high: 8,
      text: `gain ${this.say.gain(gain)}, learning rate ${this.say.rate(rate)}`,
      drag: (px, py) => put(Math.floor((258 - py) / 32), Math.floor((px - 110) / 60)),
      nudge: (right, up) => put(gain + up, rate + right),
      shape: [["rect", { x: -30, y: -16, width: 60, height: 32, class: "stroke thick" }]],
    }];
  },
  draw({ grid }) {
    const square = (value, gain, rate) => {
      const [x, y] = this.corner(gain, rate);
      const depth = near(clamp((value - 10) / 130, 0.02, 0.7));
      return group(
        box(x, y, 58, 30, "fill blue", { "fill-opacity": depth }),
        box(x + 2, y + 2, 54, 26, value >= 90 ? "stroke" : "none"),
        text(x + 29, y + 20, `${value}`, "small middle plain"));
    };
    return [
      text(380, 20, "test digits read, of 100; a frame from 90 on", "middle"),
      ...grid.flatMap((row, gain) => [
        text(102, 226 - gain * 32 + 20, this.say.gain(gain), "small end"),
        ...row.map((value, rate) => square(value, gain, rate))]),
      text(56, 150, "gain", "small end"),
      ...grid[0].map((_, rate) => text(110 + rate * 60 + 29, 274, this.say.rate(rate), "small middle")),
      text(380, 294, "learning rate", "middle"),
    ];
  },
};

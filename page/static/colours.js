// Colours of curves and of maps; all can be told apart by the colour-blind, on light and on dark.

export const CURVES = ["#4477aa", "#cc3311", "#228833", "#b8a026", "#33a8cc", "#aa3377", "#ee7733",
  "#777777", "#7a5bd1", "#009988", "#a8506a", "#88aa22"];

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const VIRIDIS = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"].map(rgb);
const DIVERGING = ["#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b"].map(rgb);
const GREY = ["#000000", "#ffffff"].map(rgb);

function between(stops) {
  return (share) => {
    const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(place));
    return stops[low].map((x, k) => Math.round(x + (stops[low + 1][k] - x) * (place - low)));
  };
}

// Functions from 0..1 to [red, green, blue].
export const MAPS = {
  viridis: between(VIRIDIS), diverging: between(DIVERGING), grey: between(GREY),
};

// The mixture of the classes' colours by their probabilities.
export function mix(shares) {
  const colours = CURVES.map(rgb);
  const white = [0, 0, 0];
  shares.forEach((share, k) => colours[k % colours.length].forEach((x, c) => {
    white[c] += share * x;
  }));
  return white.map(Math.round);
}

// Smallest and largest of finite numbers; around zero for a diverging map.
export function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const x of values) {
    if (x < low && x > -Infinity) low = x;
    if (x > high && x < Infinity) high = x;
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

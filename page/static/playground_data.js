// The TensorFlow Playground's four sets of points in the plane, from -6 to 6.
//
// Source: Smilkov et al., Direct-Manipulation Visualization of Deep Networks, arXiv:1708.03788.

export const RADIUS = 5;
const POINTS = 400; // half of them train, half validate

export const FEATURES = {
  "x₁": (x) => x,
  "x₂": (x, y) => y,
  "x₁²": (x) => x * x,
  "x₂²": (x, y) => y * y,
  "x₁x₂": (x, y) => x * y,
  "sin x₁": (x) => Math.sin(x),
  "sin x₂": (x, y) => Math.sin(y),
};

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

// Each set: a function of random numbers and of the noise from 0 to 1 to [x, y, label].
export const SETS = {
  circles(random, noise, k) {
    const isInside = k % 2;
    const radius = RADIUS * (isInside ? 0.5 * random() : 0.7 + 0.3 * random());
    const angle = 2 * Math.PI * random();
    const blur = () => RADIUS * noise * (2 * random() - 1);
    const [x, y] = [radius * Math.sin(angle), radius * Math.cos(angle)];
    return [x, y, Math.hypot(x + blur(), y + blur()) < 0.6 * RADIUS ? 1 : 0];
  },
  "exclusive or"(random, noise) {
    const draw = () => {
      const x = RADIUS * (2 * random() - 1);
      return x + 0.3 * Math.sign(x);
    };
    const blur = () => RADIUS * noise * (2 * random() - 1);
    const [x, y] = [draw(), draw()];
    return [x, y, (x + blur()) * (y + blur()) >= 0 ? 1 : 0];
  },
  "two Gaussians"(random, noise, k) {
    const [centre, spread] = [k % 2 ? 2 : -2, Math.sqrt(0.5 + 7 * noise)];
    return [centre + spread * normal(random), centre + spread * normal(random), k % 2];
  },
  spiral(random, noise, k) {
    const [half, label] = [Math.floor(k / 2) / (POINTS / 2), k % 2];
    const angle = 3.5 * Math.PI * half + (label ? 0 : Math.PI);
    const blur = () => 2 * noise * (2 * random() - 1);
    const radius = RADIUS * half;
    return [radius * Math.sin(angle) + blur(), radius * Math.cos(angle) + blur(), label];
  },
};

// `{points: [[x, y, label], ...]}` in random order, for training and for validation.
export function drawPoints(name, noise, random) {
  const points = Array.from({ length: POINTS }, (_, k) => SETS[name](random, noise, k));
  for (let k = points.length - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [points[k], points[other]] = [points[other], points[k]];
  }
  return { train: points.slice(0, POINTS / 2), validation: points.slice(POINTS / 2) };
}

// The features of points, (points, features), and their labels.
export function encode(points, names) {
  const functions = names.map((name) => FEATURES[name]);
  const x = Float64Array.from(points.flatMap(([a, b]) => functions.map((f) => f(a, b))));
  return { x, labels: points.map(([, , label]) => label) };
}

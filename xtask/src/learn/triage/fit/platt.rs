//! Platt's calibration: from an output to a probability.

/// Platt's slope and offset (Platt 1999, by Newton steps) for outputs with aims and weights.
pub fn platt(outputs: &[(f32, f32, f32)]) -> (f32, f32) {
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    let yes: f64 = outputs.iter().map(|(_, aim, weight)| f64::from(aim * weight)).sum();
    if yes < 3.0 {
        return (1.0, 0.0);
    }
    for _ in 0..30 {
        let (mut g, mut h) = ([0.0_f64; 2], [[1e-3, 0.0], [0.0, 1e-3]]);
        g[0] += 1e-3 * (slope - 1.0);
        for (output, aim, weight) in outputs {
            let (s, w) = (f64::from(*output), f64::from(*weight));
            let p = 1.0 / (1.0 + (-(slope * s + offset)).exp());
            let (d, c) = (w * (p - f64::from(*aim)), w * p * (1.0 - p));
            g[0] += d * s;
            g[1] += d;
            h[0][0] += c * s * s;
            h[0][1] += c * s;
            h[1][1] += c;
        }
        let det = h[0][0] * h[1][1] - h[0][1] * h[0][1];
        if det.abs() < 1e-12 {
            break;
        }
        slope -= (h[1][1] * g[0] - h[0][1] * g[1]) / det;
        offset -= (h[0][0] * g[1] - h[0][1] * g[0]) / det;
        slope = slope.clamp(0.05, 5.0);
        offset = offset.clamp(-12.0, 12.0);
    }
    (slope as f32, offset as f32)
}

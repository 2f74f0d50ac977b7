//! Means, intervals and scores.

use serde::Serialize;

/// What was stated of a call, and whether it was so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stated {
    /// That the likeliest session is calling.
    pub probability: f64,
    /// It was.
    pub is_so: bool,
    /// The class was `certain`.
    pub is_certain: bool,
    /// The session was credited.
    pub is_credited: bool,
}

/// A difference, and how far the true one may lie from it with 95 % confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// The mean difference.
    pub mean: f64,
    /// Half the width of its interval.
    pub half_width: f64,
}

/// The mean; zero of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / (values.len().max(1) as f64)
}

/// How much `first` is above `second`, run by run: the same visitors met both.
pub fn paired(first: &[f64], second: &[f64]) -> Difference {
    let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| first - second).collect();
    let (runs, average) = (differences.len() as f64, mean(&differences));
    if differences.len() < 2 {
        return Difference { mean: average, half_width: f64::INFINITY };
    }
    let squares: f64 = differences.iter().map(|difference| (difference - average).powi(2)).sum();
    let error = (squares / (runs - 1.0) / runs).sqrt();
    Difference { mean: average, half_width: student_95(runs - 1.0) * error }
}

/// The 97.5 % quantile of Student's t, from that of the normal distribution by the first terms of its expansion; within
/// 0.1 % from five degrees of freedom on.
fn student_95(freedom: f64) -> f64 {
    1.959_964 + 2.372_27 / freedom + 2.822_5 / freedom.powi(2) + 2.555_8 / freedom.powi(3) + 1.589_5 / freedom.powi(4)
}

/// The mean square of what was stated less what was so.
pub fn brier(stated: &[Stated]) -> f64 {
    mean(
        &stated
            .iter()
            .map(|stated| (stated.probability - f64::from(u8::from(stated.is_so))).powi(2))
            .collect::<Vec<_>>(),
    )
}

/// The Brier score of whoever knows only how often the likeliest session is calling, and always states that.
pub fn brier_of_constant(stated: &[Stated]) -> f64 {
    let share = share_so(stated.iter());
    share * (1.0 - share)
}

/// How often what was stated was so, from 0 to 1.
pub fn share_so<'a>(stated: impl Iterator<Item = &'a Stated>) -> f64 {
    mean(&stated.map(|stated| f64::from(u8::from(stated.is_so))).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_quantile_is_that_of_the_tables() {
        for (freedom, quantile) in [(5.0, 2.571), (9.0, 2.262), (19.0, 2.093), (99.0, 1.984)] {
            assert!((student_95(freedom) - quantile).abs() < 0.002, "{freedom}");
        }
    }

    #[test]
    fn an_interval_of_equal_differences_is_a_point() {
        let difference = paired(&[3.0, 5.0, 9.0], &[1.0, 3.0, 7.0]);
        assert_eq!(difference, Difference { mean: 2.0, half_width: 0.0 });
        // By hand: differences 1, 2, 3; standard deviation 1; t of two degrees of freedom.
        let difference = paired(&[1.0, 2.0, 3.0], &[0.0; 3]);
        assert!((difference.half_width - 4.30 / 3.0_f64.sqrt()).abs() < 0.1, "{difference:?}");
    }

    #[test]
    fn the_best_constant_is_beaten_only_by_knowing_more() {
        let stated = |probability, is_so| Stated { probability, is_so, is_certain: false, is_credited: true };
        let knows = [stated(0.9, true), stated(0.9, true), stated(0.9, true), stated(0.1, false)];
        assert!((brier(&knows) - 0.01).abs() < 1e-12);
        assert!((brier_of_constant(&knows) - 0.1875).abs() < 1e-12);
        let constant: Vec<Stated> = knows.iter().map(|known| Stated { probability: 0.75, ..*known }).collect();
        assert!((brier(&constant) - brier_of_constant(&constant)).abs() < 1e-12);
    }
}

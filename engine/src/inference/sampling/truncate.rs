//! The stages that drop unlikely tokens (and, with XTC, the likeliest).

use super::super::request::{Sampling, Xtc};
use super::candidates::{Candidates, highest, sum_of_exponentials};

/// A token this far below the highest logit has a share of at most e⁻¹², so that top-p needs those
/// below only when many thousand tokens are about as likely.
const FAR_BELOW: f32 = 12.0;

/// Picks the candidates by top-k, typical, top-p and min-p, in this order.
pub(super) fn first(settings: &Sampling, logits: &[f32], candidates: &mut Candidates) {
    let top_k = settings.top_k as usize;
    let typical = settings.typical_p < 1.0;
    if top_k == 0 || top_k >= logits.len() {
        if !typical {
            return whole_vocabulary(settings, logits, candidates);
        }
        candidates.take_above(logits, f32::NEG_INFINITY);
    } else {
        candidates.take_highest(logits, top_k);
    }
    if typical {
        typically(settings.typical_p, candidates);
    }
    if settings.top_p < 1.0 {
        candidates.normalise();
        top_p(settings.top_p, candidates);
    }
    min_p(settings.min_p, candidates);
}

/// Top-p and min-p straight from the logits. Both keep the likeliest tokens down to some point, so
/// that min-p, which needs no sum, may go first.
fn whole_vocabulary(settings: &Sampling, logits: &[f32], candidates: &mut Candidates) {
    let Some(highest) = highest(logits) else { return candidates.take_above(&[], 0.0) };
    let floor = min_p_floor(highest, settings.min_p);
    if settings.top_p >= 1.0 {
        return candidates.take_above(logits, floor);
    }
    let sum = sum_of_exponentials(logits, highest, 1.0);
    candidates.take_above(logits, floor.max(highest - FAR_BELOW));
    candidates.normalise_within(highest, sum);
    if floor < highest - FAR_BELOW && candidates.mass() < f64::from(settings.top_p) {
        candidates.take_above(logits, floor);
        candidates.normalise_within(highest, sum);
    }
    top_p(settings.top_p, candidates);
}

/// Keeps the likeliest that together reach `mass`.
fn top_p(mass: f32, candidates: &mut Candidates) {
    candidates.keep_until(f64::from(mass), |candidate| -candidate.logit);
}

fn min_p(share: f32, candidates: &mut Candidates) {
    let floor = min_p_floor(candidates.highest(), share);
    candidates.retain(|candidate| candidate.logit >= floor);
}

/// The logit of a token that has this share of the likeliest one's probability.
fn min_p_floor(highest: f32, share: f32) -> f32 {
    // The logarithm of 0 is minus infinity: everything is kept.
    highest + share.ln()
}

/// Keeps the tokens whose surprise is nearest to the expected one, until they exceed `mass`.
fn typically(mass: f32, candidates: &mut Candidates) {
    candidates.normalise();
    let surprise = |p: f32| if p > 0.0 { -p.ln() } else { f32::MAX };
    let entropy: f32 = candidates
        .list()
        .iter()
        .filter(|candidate| candidate.p > 0.0)
        .map(|candidate| f64::from(candidate.p * surprise(candidate.p)))
        .sum::<f64>() as f32;
    candidates
        .keep_until(f64::from(mass).next_up(), |candidate| (surprise(candidate.p) - entropy).abs());
}

/// Whether these settings ever exclude one of these candidates.
pub(super) fn xtc_acts(settings: Xtc, candidates: &Candidates) -> bool {
    settings.probability > 0.0 && settings.threshold <= 0.5 && candidates.list().len() > 1
}

/// Drops all tokens at least as likely as the threshold but the least likely of them.
pub(super) fn xtc(threshold: f32, candidates: &mut Candidates) {
    candidates.normalise();
    let top = candidates.list().iter().filter(|candidate| candidate.p >= threshold);
    let Some(kept) = top
        .min_by(|a, b| a.logit.total_cmp(&b.logit).then(b.token.cmp(&a.token)))
        .map(|candidate| candidate.token)
    else {
        return;
    };
    candidates.retain(|candidate| candidate.p < threshold || candidate.token == kept);
}

//! Trains a conditional random field by stochastic gradient with AdaGrad (Duchi et al. 2011). Where rows leave a kind
//! unmarked, the likelihood is that of all labellings they allow (Tsuboi et al. 2008).

use bedside_core::{
    scan::{
        BITS, Chain, LABELS, Label, PerLabel, PhiKind, Reader, Scanner, Seen, Usage, exp, exponentials, marginals,
        may_follow,
    },
    triage::Lang,
};

use super::{
    names::{Chance, Names},
    rows::{Row, Span, spread},
};

const ROUNDS: u32 = 16;
const RATE: f32 = 0.15;
/// Pull of every touched weight to zero.
const DECAY: f32 = 1e-4;

/// A text ready for training: for each token its rows and the labels it may have.
struct Example {
    rows: Vec<Vec<u32>>,
    allowed: Vec<u16>,
}

/// What is set by language.
#[derive(Clone, Copy)]
struct Measure {
    /// So many of a hundred rows are left out at each look, so that no word's identity is relied on alone (feature noising).
    left_out: usize,
    /// A row that fewer texts have is left out altogether.
    least: u32,
}

/// Chosen on the tuned fifth. German has fewer texts and longer words.
const fn measure(lang: Lang) -> Measure {
    match lang {
        Lang::De => Measure { left_out: 20, least: 2 },
        _ => Measure { left_out: 40, least: 4 },
    }
}

impl Example {
    fn thinned(&self, left_out: usize, chance: &mut Chance) -> Self {
        let thin = |rows: &Vec<u32>| rows.iter().copied().filter(|_| chance.below(100) >= left_out).collect();
        Self { rows: self.rows.iter().map(thin).collect(), allowed: self.allowed.clone() }
    }
}

/// Trains on rows; the same rows in the same order give the same weights.
pub fn train(rows: &[&Row], lang: Lang, names: &Names, usage: &Usage) -> Chain {
    let Measure { left_out, least } = measure(lang);
    let examples = examples(rows, lang, least, (names, usage));
    let mut field = Field::new();
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut chance = Chance::new(u64::from(lang == Lang::De));
    for round in 0..ROUNDS {
        chance.shuffle(&mut order);
        let rate = RATE / (1.0 + 0.15 * round as f32);
        for example in order.iter().filter_map(|n| examples.get(*n)) {
            field.learn(&example.thinned(left_out, &mut chance), rate);
        }
        if round >= ROUNDS / 2 {
            field.note();
        }
    }
    let (weights, transitions) = field.mean(left_out);
    Chain::from_weights(&weights, &transitions)
}

/// The texts ready for training, each with its changed copies, without the rows that fewer than `least` of them have.
fn examples(rows: &[&Row], lang: Lang, least: u32, (names, usage): (&Names, &Usage)) -> Vec<Example> {
    let reader = || Reader { chain: None, usage: usage.clone() };
    let scanner = Scanner::with(reader(), reader());
    let copies = |row: &&Row| -> Vec<Example> {
        let renamed = names.renamed(row).map(|other| example((&scanner, lang), &other.text, &other));
        // People write without capitals, and some with nothing else.
        let changed = match spread(&row.text) >> 8 & 15 {
            0..=2 => Some(recased(&row.text, |c| c.to_lowercase().next())),
            3 => Some(recased(&row.text, |c| c.to_uppercase().next())),
            _ => None,
        };
        let changed = changed.map(|text| example((&scanner, lang), &text, row));
        std::iter::once(example((&scanner, lang), &row.text, row)).chain(renamed).chain(changed).collect()
    };
    let mut texts: Vec<Vec<Example>> = rows.iter().map(copies).collect();
    let mut counts = vec![0u32; 1 << BITS];
    for text in &texts {
        let mut used: Vec<u32> = text.iter().flat_map(|example| example.rows.iter().flatten().copied()).collect();
        used.sort_unstable();
        used.dedup();
        for row in used {
            counts.get_mut(row as usize).into_iter().for_each(|count| *count += 1);
        }
    }
    let frequent = |row: &u32| counts.get(*row as usize).is_some_and(|count| *count >= least);
    texts.iter_mut().flatten().flat_map(|example| &mut example.rows).for_each(|rows| rows.retain(frequent));
    texts.into_iter().flatten().collect()
}

/// The text with other letters, as many as before.
fn recased(text: &str, change: impl Fn(char) -> Option<char>) -> String {
    text.chars().map(|c| change(c).unwrap_or(c)).collect()
}

fn example((scanner, lang): (&Scanner, Lang), text: &str, row: &Row) -> Example {
    let seen = scanner.see(text, lang);
    let mut spans = row.spans.clone();
    spans.sort_by_key(|span| span.start);
    let mut allowed = Vec::with_capacity(seen.len());
    let mut last: Option<u32> = None;
    let mut from = 0;
    for token in &seen {
        while spans.get(from).is_some_and(|span| span.end <= token.span.start) {
            from += 1;
        }
        let span = spans.get(from).filter(|span| span.start < token.span.end);
        let goes_on = span.is_some() && span.map(|span| span.start) == last;
        last = span.map(|span| span.start);
        allowed.push(labels(token, span, goes_on, row.is_partial()));
    }
    Example { rows: seen.into_iter().map(|token| token.rows).collect(), allowed }
}

const fn bit(label: Label) -> u16 {
    1 << label as u8
}

/// The labels a token may have.
fn labels(token: &Seen, span: Option<&Span>, goes_on: bool, partial: bool) -> u16 {
    let either = |start: Label, rest: Label| if goes_on { bit(rest) } else { bit(start) };
    let Some(span) = span else {
        let date = bit(Label::DateStart) | bit(Label::DateRest);
        let unknown = if token.is_number { date | bit(Label::IdStart) | bit(Label::Zip) } else { date };
        return bit(Label::Nothing) | if partial && token.open { unknown } else { 0 };
    };
    match span.kind {
        PhiKind::Name => either(Label::NameStart, Label::NameRest),
        PhiKind::Location => either(Label::PlaceStart, Label::PlaceRest),
        PhiKind::Org => either(Label::OrgStart, Label::OrgRest),
        PhiKind::Address => either(Label::AddressStart, Label::AddressRest),
        PhiKind::Date => either(Label::DateStart, Label::DateRest),
        PhiKind::Id => either(Label::IdStart, Label::IdRest),
        PhiKind::Title => bit(Label::Title),
        PhiKind::Nrp => bit(Label::Nrp),
        PhiKind::Zip => bit(Label::Zip),
        // The rules' business; what they don't see is learned as some number.
        PhiKind::Phone | PhiKind::Ssn | PhiKind::CreditCard | PhiKind::Iban if token.rule.is_none() => {
            either(Label::IdStart, Label::IdRest)
        }
        _ => bit(Label::Nothing),
    }
}

/// The weights while they are trained.
struct Field {
    weights: Vec<PerLabel>,
    /// Sums of squared gradients.
    squares: Vec<PerLabel>,
    transitions: [PerLabel; LABELS],
    transition_squares: [PerLabel; LABELS],
    /// Sums of the weights at the ends of the later rounds: their mean varies less than the last.
    sums: Vec<PerLabel>,
    transition_sums: [PerLabel; LABELS],
    noted: f32,
}

impl Field {
    fn new() -> Self {
        let room = vec![[0.0; LABELS]; 1 << BITS];
        let square = [[0.0; LABELS]; LABELS];
        Self {
            weights: room.clone(),
            squares: room.clone(),
            transitions: square,
            transition_squares: square,
            sums: room,
            transition_sums: square,
            noted: 0.0,
        }
    }

    fn note(&mut self) {
        self.sums.iter_mut().flatten().zip(self.weights.iter().flatten()).for_each(|(sum, weight)| *sum += weight);
        let transitions = self.transition_sums.iter_mut().flatten().zip(self.transitions.iter().flatten());
        transitions.for_each(|(sum, weight)| *sum += weight);
        self.noted += 1.0;
    }

    /// The mean of what was noted; emissions lowered by what was left out while training.
    fn mean(&self, left_out: usize) -> (Vec<PerLabel>, [PerLabel; LABELS]) {
        let kept = 1.0 - left_out as f32 / 100.0;
        let weights = self.sums.iter().map(|row| row.map(|sum| sum * kept / self.noted)).collect();
        (weights, self.transition_sums.map(|row| row.map(|sum| sum / self.noted)))
    }

    fn likelihood(&self, rows: &[u32]) -> PerLabel {
        let mut sums = [0.0; LABELS];
        for row in rows.iter().filter_map(|row| self.weights.get(*row as usize)) {
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
        }
        let most = sums.iter().copied().fold(f32::MIN, f32::max);
        sums.map(|sum| exp(sum - most))
    }

    fn learn(&mut self, example: &Example, rate: f32) {
        let transitions = exponentials(&self.transitions);
        let free: Vec<PerLabel> = example.rows.iter().map(|rows| self.likelihood(rows)).collect();
        let held: Vec<PerLabel> = free.iter().zip(&example.allowed).map(|(one, allowed)| only(one, *allowed)).collect();
        let (free, free_pairs) = expected(free, &transitions);
        let (held, held_pairs) = expected(held, &transitions);
        for (rows, (free, held)) in example.rows.iter().zip(free.iter().zip(&held)) {
            let gradient: PerLabel = std::array::from_fn(|n| held.get(n).unwrap_or(&0.0) - free.get(n).unwrap_or(&0.0));
            if gradient.iter().all(|g| g.abs() < 1e-3) {
                continue;
            }
            for row in rows {
                if let (Some(weights), Some(squares)) =
                    (self.weights.get_mut(*row as usize), self.squares.get_mut(*row as usize))
                {
                    step(weights, squares, &gradient, rate);
                }
            }
        }
        for (before, (weights, squares)) in self.transitions.iter_mut().zip(&mut self.transition_squares).enumerate() {
            let pair = |pairs: &[PerLabel; LABELS], after: usize| {
                pairs.get(before).and_then(|row| row.get(after)).copied().unwrap_or(0.0)
            };
            let gradient: PerLabel = std::array::from_fn(|after| {
                if may_follow(before, after) { pair(&held_pairs, after) - pair(&free_pairs, after) } else { 0.0 }
            });
            step(weights, squares, &gradient, rate);
        }
    }
}

fn step(weights: &mut PerLabel, squares: &mut PerLabel, gradient: &PerLabel, rate: f32) {
    for ((weight, square), g) in weights.iter_mut().zip(squares.iter_mut()).zip(gradient) {
        let g = g - DECAY * *weight;
        *square += g * g;
        *weight += rate * g / (1e-3 + square.sqrt());
    }
}

fn only(likelihood: &PerLabel, allowed: u16) -> PerLabel {
    std::array::from_fn(
        |n| if allowed >> n & 1 == 1 { likelihood.get(n).copied().unwrap_or(0.0).max(1e-30) } else { 0.0 },
    )
}

/// Expected labels of each token, and expected pairs of neighbours summed over the text.
fn expected(mut likelihood: Vec<PerLabel>, transitions: &[PerLabel; LABELS]) -> (Vec<PerLabel>, [PerLabel; LABELS]) {
    let emissions = likelihood.clone();
    let mut sums = Vec::new();
    marginals(&mut likelihood, transitions, &mut sums);
    let mut pairs = [[0.0; LABELS]; LABELS];
    // P(i, j) = forward(i) · transition(i, j) · emission(j) · backward(j); backward(j) = marginal(j) / forward(j).
    for ((before, after), (marginal, emission)) in
        sums.iter().zip(sums.iter().skip(1)).zip(likelihood.iter().zip(&emissions).skip(1))
    {
        let through: PerLabel = std::array::from_fn(|n| {
            let at = |values: &PerLabel| values.get(n).copied().unwrap_or(0.0);
            if at(after) > 0.0 { at(emission) * at(marginal) / at(after) } else { 0.0 }
        });
        let mut here = [[0.0; LABELS]; LABELS];
        let mut sum = 0.0;
        for (row, (likely, weights)) in here.iter_mut().zip(before.iter().zip(transitions)) {
            for (slot, (weight, through)) in row.iter_mut().zip(weights.iter().zip(&through)) {
                *slot = likely * weight * through;
                sum += *slot;
            }
        }
        if sum > 0.0 {
            pairs.iter_mut().flatten().zip(here.iter().flatten()).for_each(|(pair, here)| *pair += here / sum);
        }
    }
    (likelihood, pairs)
}

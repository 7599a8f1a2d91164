//! When two that cost something once and something each month have cost the same.

use rust_decimal::{Decimal, RoundingStrategy};

use super::Amount;

/// When the build has paid off against something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Payoff {
    /// After so many months: exactly, or at the earliest.
    After {
        /// To a tenth, half a tenth upwards.
        months: Decimal,
        /// Nothing is missing; else it takes at least so long.
        exact: bool,
    },
    /// It costs less from the first day on.
    AtOnce,
    /// It costs less only for so many months, because it costs more each month.
    Until {
        /// To a tenth, half a tenth upwards.
        months: Decimal,
        /// Nothing is missing; else it is at most so long.
        exact: bool,
    },
    /// It never does: it costs more each month, and no less to buy.
    Never,
    /// A number is missing.
    NotKnown,
}

/// Capital and monthly cost of the build, and of the other.
pub(super) fn when(ours: Option<(&Amount, &Amount)>, theirs: Option<(&Amount, &Amount)>) -> Payoff {
    let (Some((capital, monthly)), Some((other, rent))) = (ours, theirs) else {
        return Payoff::NotKnown;
    };
    // What the other costs at least says nothing of when it is passed.
    if !other.whole || !rent.whole {
        return Payoff::NotKnown;
    }
    let exact = capital.whole && monthly.whole;
    let (more, saved) = (capital.amount - other.amount, rent.amount - monthly.amount);
    let months = || {
        let months = more.checked_div(saved).unwrap_or(Decimal::MAX);
        months.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
    };
    match (more > Decimal::ZERO, saved > Decimal::ZERO) {
        (true, true) => Payoff::After { months: months(), exact },
        (true, false) => Payoff::Never,
        // Dearer than known it may well cost more.
        (false, _) if !exact && saved >= Decimal::ZERO => Payoff::NotKnown,
        (false, false) if saved < Decimal::ZERO => Payoff::Until { months: months(), exact },
        (false, _) => Payoff::AtOnce,
    }
}

#[cfg(test)]
mod tests {
    use super::{Payoff, when};
    use crate::plan::cost::Amount;
    use rust_decimal::Decimal;

    fn amount(text: &str) -> Amount {
        let (text, whole) = text.strip_suffix('+').map_or((text, true), |text| (text, false));
        Amount { amount: text.parse().expect("a number"), whole }
    }

    fn of(ours: [&str; 2], theirs: [&str; 2]) -> Payoff {
        let [a, b, c, d] = [ours[0], ours[1], theirs[0], theirs[1]].map(amount);
        when(Some((&a, &b)), Some((&c, &d)))
    }

    fn after(months: &str, exact: bool) -> Payoff {
        Payoff::After { months: months.parse::<Decimal>().expect("a number"), exact }
    }

    #[test]
    fn months_are_what_is_dearer_over_what_is_saved() {
        assert_eq!(of(["862.00", "30"], ["0", "190"]), after("5.4", true));
        assert_eq!(of(["862.00", "30"], ["0", "200"]), after("5.1", true));
        assert_eq!(of(["862.00", "30"], ["0", "380"]), after("2.5", true));
        assert_eq!(of(["867.98+", "30"], ["0", "190"]), after("5.4", false));
    }

    #[test]
    fn what_costs_more_each_month_never_pays_off_or_only_for_a_while() {
        assert_eq!(of(["862", "30"], ["585", "30"]), Payoff::Never);
        assert_eq!(of(["862", "30"], ["585", "20"]), Payoff::Never);
        assert_eq!(of(["862", "30"], ["1350", "30"]), Payoff::AtOnce);
        assert_eq!(of(["862", "40"], ["1350", "30"]), Payoff::Until { months: Decimal::new(488, 1), exact: true });
        assert_eq!(of(["862+", "30"], ["1350", "30"]), Payoff::NotKnown);
        assert_eq!(of(["862", "30"], ["585", "190+"]), Payoff::NotKnown);
        assert_eq!(when(None, None), Payoff::NotKnown);
    }

    #[test]
    fn nothing_that_anybody_writes_overflows() {
        let most = Decimal::MAX.to_string();
        assert!(matches!(of([&most, "0"], ["0", "0.01"]), Payoff::After { .. }));
    }
}

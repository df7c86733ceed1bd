// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What one account holds of a share and what it is due, in one word
/// @notice `hasUnsold 1 | balance 80 | correction int175`, from the highest bit. With `cum` the revenue of all holders so far,
///
///     due = balance · cum − correction = supply · (what the account earned − what it claimed)
///
/// grows with `cum` alone: shares that come or go take `shares · cum` of correction with them, and a claim adds what it takes.
/// @dev All balances sum up to the supply, which is below 2^80. `cum` is below 2^91: the rates of a card sum up to less than 2^64
/// a second, and a share earns for at most 1125 days (a sale and a term), which is less than 2^27 seconds. So `balance · cum`
/// and `0 ≤ due ≤ supply · cum` are below 2^171, and their difference, the correction, fits 175 bits with its sign. That is
/// what makes the unchecked arithmetic below right.
type Holding is uint256;

using Holdings for Holding global;

library Holdings {
    uint256 private constant UNSOLD = 1 << 255;
    uint256 private constant CORRECTION_BITS = 175;
    uint256 private constant CORRECTION_MASK = (1 << CORRECTION_BITS) - 1;
    /// @dev What is above the correction.
    uint256 private constant BALANCE_BITS = 81;

    /// @notice Share-wei, unsold ones included.
    function balance(Holding self) internal pure returns (uint256) {
        return uint80(Holding.unwrap(self) >> CORRECTION_BITS);
    }

    /// @notice Whether unsold shares are part of the balance, which never move.
    function hasUnsold(Holding self) internal pure returns (bool) {
        return Holding.unwrap(self) >= UNSOLD;
    }

    /// @notice Share-wei times cfUSD-wei.
    function correction(Holding self) internal pure returns (int256) {
        // Shifts the sign to the highest bit and back.
        return int256(Holding.unwrap(self) << BALANCE_BITS) >> BALANCE_BITS;
    }

    /// @notice What is due, in share-wei times cfUSD-wei: divided by the supply it is cfUSD-wei.
    function due(Holding self, uint256 cum) internal pure returns (uint256) {
        // Never negative, see above.
        unchecked {
            return uint256(int256(balance(self) * cum) - correction(self));
        }
    }

    /// @notice With `shares` more, which are part of the supply.
    function plus(Holding self, uint256 shares, uint256 cum) internal pure returns (Holding) {
        // The sum is a balance, and the correction that of an account, see above.
        unchecked {
            return _changed(self, Holding.unwrap(self) + (shares << CORRECTION_BITS), int256(shares * cum));
        }
    }

    /// @notice With `shares` less; the caller has seen that the balance holds them.
    function minus(Holding self, uint256 shares, uint256 cum) internal pure returns (Holding) {
        // The difference is a balance, and the correction that of an account, see above.
        unchecked {
            return _changed(self, Holding.unwrap(self) - (shares << CORRECTION_BITS), -int256(shares * cum));
        }
    }

    /// @notice With `amount` of cfUSD-wei less due, of a share of that supply; the caller has seen that it is due.
    function less(Holding self, uint256 amount, uint256 supply) internal pure returns (Holding) {
        // At most what is due, see above.
        unchecked {
            return _changed(self, Holding.unwrap(self), int256(amount * supply));
        }
    }

    /// @notice With unsold shares in its balance.
    function withUnsold(Holding self) internal pure returns (Holding) {
        return Holding.wrap(Holding.unwrap(self) | UNSOLD);
    }

    /// @dev `word` with the correction of `self` raised by `added`.
    function _changed(Holding self, uint256 word, int256 added) private pure returns (Holding) {
        // Within 175 bits, see above; those of a sum are the sum of those of its parts, whatever the signs.
        unchecked {
            uint256 sum = Holding.unwrap(self) + uint256(added);
            return Holding.wrap((word & ~CORRECTION_MASK) | (sum & CORRECTION_MASK));
        }
    }
}

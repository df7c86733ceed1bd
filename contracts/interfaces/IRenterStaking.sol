// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The ledger's copies of tiers, kept beside the balances that pay rent
interface IRenterTiers {
    /// @notice Takes in the tier of a renter, 0 to 3. Only the stored renter staking.
    function setTier(address renter, uint8 tier) external;
}

/// @title Renters' stakes and tiers
/// @notice Tiers 1 to 3 need CARD worth $1 000, $10 000 and $100 000 at the slow price. They open asks earlier and
/// lower the protocol fee by 5, 10 and 15 %.
/// @dev Bad input reverts with the `Stake…` errors of `ISupplierStaking`.
interface IRenterStaking {
    /* TYPES */

    struct RenterStake {
        uint96 active; // slot 0 (30 bytes); CARD-wei that count
        uint96 thawing; // CARD-wei
        uint40 thawedAt; // seconds
        uint8 tier; // 0 to 3, as last refreshed
        uint96 pending; // slot 1 (17 bytes); CARD-wei added that do not count yet
        uint40 countsAt; // seconds; from then on the pending part counts
    }

    /* EVENTS */

    /// @notice `amount` (CARD-wei) was added; what waits counts from `countsAt` (seconds).
    event RenterStaked(address indexed renter, uint256 amount, uint40 countsAt);
    /// @notice `amount` (CARD-wei) more thaws, pending stake first; all that thaws does so until `thawedAt` (seconds).
    event RenterThawRequested(address indexed renter, uint256 amount, uint40 thawedAt);
    /// @notice All that had thawed, `amount` (CARD-wei), left.
    event RenterStakeWithdrawn(address indexed renter, address to, uint256 amount);
    /// @notice The tier is `tier` now, 0 to 3.
    event RenterTierChanged(address indexed renter, uint8 tier);

    /* VIEWS */

    /// @notice The renter's stake as of now: what has waited its 24 hours is active.
    function stakeOf(address renter) external view returns (RenterStake memory);

    /// @notice The renter's tier as last refreshed, 0 to 3.
    function tierOf(address renter) external view returns (uint8);

    /// @notice The ledger that each change of a tier is told, since it charges the fee.
    function ledger() external view returns (address);

    /// @notice Stake value in dollars (1e18) that a tier needs; 0 for tier 0, out of reach above 3.
    function tierThreshold(uint8 tier) external pure returns (uint256);

    /* RENTER */

    /// @notice Adds stake (CARD-wei) by allowance; it counts after 24 hours. A further stake restarts the wait of what does not
    /// count yet. Reverts with `StakeZero`, or the token's error if allowance or money are short.
    function stake(uint256 amount) external;

    /// @notice The same with an ERC-2612 permit of the caller; a failed permit is ignored if the allowance suffices.
    function stakeWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Begins to thaw for 14 days, pending stake first; a new request adds and restarts the clock. What thaws
    /// no longer counts: if active stake is taken, the tier falls at once to what the rest is worth at the slow price.
    /// Needs no poke. Never pausable. Reverts with `StakeZero` or `StakeBelowRequest`.
    function requestUnstake(uint256 amount) external;

    /// @notice Pays out all that has thawed. Never pausable. Reverts with `StakeReceiverZero`, `StakeNothingThawing` or
    /// `StakeStillThawing`.
    /// @return amount CARD-wei paid to `to`
    function withdraw(address to) external returns (uint256 amount);

    /* ANYONE */

    /// @notice Recomputes the tier at the slow price. Called by the renter it may rise; called by anyone it may fall,
    /// once the stake is worth less than 80 % of the tier's threshold; it falls to the tier that the stake is worth.
    function refresh(address renter) external returns (uint8 tier);
}

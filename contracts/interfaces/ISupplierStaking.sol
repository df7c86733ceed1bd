// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the staking room reads of the ledger
interface IRunningRent {
    /// @notice Sum of the gross rates (cfUSD-wei per second) of the leases that run now on the card and began with
    /// `operator`.
    function operatorRateOf(uint256 cardId, address operator) external view returns (uint256);
}

/// @title Bonds of operators, per card
/// @notice An operator stakes CARD for each card it runs. The bond stands for its service: it covers the model's
/// minimum and 24 hours of the gross rent of the leases that this operator has running on the card.
/// @dev Dollar values use a copy of the oracle's slow price that this contract keeps in one slot and anyone can
/// refresh.
interface ISupplierStaking {
    /* TYPES */

    struct Bond {
        uint96 active; // slot 0 (29 bytes); CARD-wei
        uint96 thawing; // CARD-wei, slashable to the last second, no cover for new matches
        uint40 thawedAt; // seconds; from then on the thawing part can be withdrawn
    }

    /* ERRORS */

    /// @notice Nothing to stake or to thaw.
    error StakeZero();
    /// @notice The account has staked less (CARD-wei) than it asked to thaw.
    error StakeBelowRequest(address account, uint256 active, uint256 requested);
    /// @notice Nothing thaws, so nothing can be withdrawn.
    error StakeNothingThawing(address account);
    /// @notice The thaw ends at `thawedAt` (seconds).
    error StakeStillThawing(address account, uint40 thawedAt);
    /// @notice The receiver is zero.
    error StakeReceiverZero();
    /// @notice While the operator's leases run on the card the bond must keep `required` (CARD-wei) of the `held`.
    error BondStillRequired(uint256 cardId, address operator, uint256 required, uint256 held);
    /// @notice Every card needs its amount.
    error BondArraysDiffer(uint256 cards, uint256 amounts);
    /// @notice Only the ledger may have a stop paid for.
    error StakingCallerNotLedger(address caller);
    /// @notice Only the stored slasher may slash.
    error StakingCallerNotSlasher(address caller);
    /// @notice The ledger is set once.
    error StakingLedgerAlreadySet(address ledger);
    /// @notice The ledger is zero.
    error StakingLedgerZero();
    /// @notice Nothing to slash.
    error SlashZero();
    /// @notice The bond holds less (CARD-wei) than was to be slashed.
    error SlashAboveBond(uint256 cardId, address operator, uint256 amount, uint256 held);

    /* EVENTS */

    /// @notice `amount` (CARD-wei) was added to the active bond.
    event BondStaked(uint256 indexed cardId, address indexed operator, uint256 amount, address payer);
    /// @notice `amount` (CARD-wei) more thaws, and all that thaws does so until `thawedAt` (seconds).
    event BondThawRequested(uint256 indexed cardId, address indexed operator, uint256 amount, uint40 thawedAt);
    /// @notice `amount` (CARD-wei) of what has thawed left.
    event BondWithdrawn(uint256 indexed cardId, address indexed operator, address to, uint256 amount);
    /// @notice What was taken and where it went, CARD-wei: `fromActive` + `fromThawing` = `toVictim` + `toFinder` + `burned`.
    event BondSlashed(
        uint256 indexed cardId,
        address indexed operator,
        uint256 fromActive,
        uint256 fromThawing,
        address victim,
        uint256 toVictim,
        address finder,
        uint256 toFinder,
        uint256 burned
    );
    /// @notice The renter of a lease that its operator stopped was paid this much (CARD-wei) of the bond.
    event StopPenaltyPaid(
        uint256 indexed cardId,
        address indexed operator,
        address indexed renter,
        uint256 fromActive,
        uint256 fromThawing
    );
    /// @notice The copy of the slow price, 1e18 USD per CARD.
    event BondPriceRefreshed(uint128 price);
    /// @notice The ledger was named, once.
    event StakingLedgerSet(address indexed ledger);
    /// @notice The slasher was named; zero revokes.
    event SlasherSet(address indexed slasher);

    /* VIEWS */

    /// @notice The bond of an operator on a card.
    function bondOf(uint256 cardId, address operator) external view returns (Bond memory);

    /// @notice The copy of the slow price, 1e18 USD per CARD.
    function price() external view returns (uint128);

    /// @notice The ledger whose leases the bonds stand for; zero until set.
    function ledger() external view returns (address);

    /// @notice Who may slash; zero if nobody.
    function slasher() external view returns (address);

    /// @notice What the active bond covers now.
    /// @param minimumBond of the card's model, dollars (1e18)
    /// @return meetsMinimum whether the active bond is worth the model's minimum
    /// @return grossRate highest sum of gross rates (cfUSD-wei per second) of the operator's running leases on the card
    /// that the active bond covers for 24 hours above that minimum, rounded down
    function bondCoverage(
        uint256 cardId,
        address operator,
        uint256 minimumBond
    ) external view returns (bool meetsMinimum, uint256 grossRate);

    /// @notice CARD-wei (rounded up) that the operator's bond must keep now: zero unless its leases run on the card.
    function requiredBond(uint256 cardId, address operator) external view returns (uint256);

    /// @notice Weight in ranking, 1e18: `1 + 0.5 · min(1, sqrt(active bond / target))`, target 10 % of the card's
    /// reference value.
    function matchWeight(uint256 cardId, address operator) external view returns (uint256);

    /* OPERATOR */

    /// @notice Adds `amount` (CARD-wei) to the caller's bond on a card, by allowance. Reverts with `StakeZero`, or the token's
    /// error if allowance or money are short.
    function stake(uint256 cardId, uint256 amount) external;

    /// @notice The same with an ERC-2612 permit of the caller; a failed permit is ignored if the allowance suffices.
    function stakeWithPermit(uint256 cardId, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Adds to the caller's bonds on many cards, with one payment. Reverts with `BondArraysDiffer` too.
    function stakeMany(uint256[] calldata cardIds, uint256[] calldata amounts) external;

    /// @notice Begins to thaw `amount` (CARD-wei) for 14 days; one thaw per bond: a new request adds and restarts the clock. Never
    /// pausable. Reverts with `StakeZero` or `StakeBelowRequest`.
    function requestUnstake(uint256 cardId, uint256 amount) external;

    /// @notice Pays out the thawed part, less what running leases of the operator on the card still require. Never pausable.
    /// Reverts with `StakeReceiverZero`, `StakeNothingThawing`, `StakeStillThawing` or `BondStillRequired`.
    /// @return amount CARD-wei paid to `to`; the rest stays thawed and can be withdrawn later
    function withdraw(uint256 cardId, address to) external returns (uint256 amount);

    /* ANYONE */

    /// @notice Copies the oracle's slow price (and pokes the oracle). Reverts with `OracleGasTooLow` only.
    function refreshPrice() external returns (uint128);

    /* LEDGER AND CHECKERS */

    /// @notice Pays a renter for a lease that the operator stopped; never reverts when the ledger calls it. Only the ledger
    /// (`StakingCallerNotLedger`).
    /// @param dollars what is owed (1e18); paid in CARD at `price()`, rounded down, out of what the bond (active, then
    /// thawing) holds above the model's minimum and 24 hours of `otherGrossRate`
    /// @return paid CARD-wei sent to the renter's wallet
    function payStopPenalty(
        uint256 cardId,
        address operator,
        uint256 dollars,
        uint256 otherGrossRate,
        address renter
    ) external returns (uint256 paid);

    /// @notice Takes `amount` (CARD-wei) from active and thawing in equal proportion: the victim gets up to `loss`
    /// (CARD-wei), the finder 20 % of the slash, at most $1 000 at `price()`, and the rest is burned into the dollar's
    /// credit. Always at least 1 wei is burned, for which first the finder's part is cut, then the victim's. A zero
    /// victim or finder gets nothing. Only the stored slasher. Reverts with `StakingCallerNotSlasher`, `SlashZero` or
    /// `SlashAboveBond`.
    function slash(
        uint256 cardId,
        address operator,
        uint256 amount,
        address victim,
        uint256 loss,
        address finder
    ) external;

    /* GOVERNANCE */

    /// @notice Names the ledger, once. Restricted. Reverts with `StakingLedgerAlreadySet` or `StakingLedgerZero`.
    function setLedger(address ledger_) external;

    /// @notice Names who may slash; zero revokes. Restricted.
    function setSlasher(address slasher_) external;
}

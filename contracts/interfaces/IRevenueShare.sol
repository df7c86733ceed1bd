// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title A card's 90 % for a term, sold in CARD, streaming by the second
/// @notice An ERC-20 (with ERC-2612) whose supply is fixed at its sale and always wholly held. Revenue accrues by the second:
/// `owed(a) = floor((balance(a) · cum − correction(a)) / supply)`, with `cum` the ledger's revenue of the card's number.
/// A buyer earns what accrues after the purchase and the seller keeps what accrued before. Shares move only after a
/// `finalise` that succeeded.
/// @dev Made by the factory as a clone whose terms are part of its code. The share holds only CARD, never cfUSD: a claim is the
/// ledger paying a holder.
interface IRevenueShare is IERC20 {
    /* TYPES */

    enum Phase {
        Sale, // shares are sold until sold out or the end of the sale
        Ended, // the sale is over and waits for `finalise`
        Running, // finalised: shares earn and move
        Over, // the term is over: shares can be handed in for what did not vest
        Failed // everyone gets back what was paid
    }

    /// @notice What the owner offers.
    struct Terms {
        uint128 supply; // share-wei, 1e18 to 2^80 − 1
        uint128 price; // CARD-wei per 1e18 share-wei
        uint128 minimumRaise; // CARD-wei, at least the cost of one whole share and at most that of all
        uint128 promisedRevenue; // cfUSD-wei to holders over the term, > 0
        uint64 floorRate; // cfUSD-wei per second of the whole card
        uint16 floorDecayBps; // per full 30 days after the end of the sale
        uint16 upfrontBps; // of the proceeds, paid when finalised; at most 5000
        uint40 saleEnd; // seconds, after now and at most 30 days ahead
        uint40 term; // seconds, 1 day to 3 years; the term ends at saleEnd + term
    }

    /* ERRORS */

    /// @notice The call belongs to another phase of the share's life.
    error SharePhaseWrong(Phase phase, Phase needed);
    /// @notice The guardian closed share sales; they open by themselves at `until` (seconds).
    error ShareSalesPaused(uint40 until);
    /// @notice No shares were named.
    error ShareAmountZero();
    /// @notice Fewer shares are left than asked for (share-wei).
    error ShareSoldOut(uint256 left, uint256 asked);
    /// @notice The purchase costs more CARD-wei than its buyer allows.
    error ShareCostAboveLimit(uint256 cost, uint256 limit);
    /// @notice The deadline (seconds, inclusive) has passed.
    error ShareDeadlinePassed(uint256 deadline);
    /// @notice Shares move only after a successful `finalise`.
    error ShareNotTransferableYet(Phase phase);
    /// @notice Only the factory may claim on behalf of its caller.
    error ShareCallerNotFactory(address caller);
    /// @notice The account paid nothing, or was paid back already.
    error ShareNothingToRefund(address account);
    /// @notice Handing in these shares would pay nothing; they stay with the account.
    error ShareHandInWorthless(address account, uint256 shares);
    /// @notice The sale still runs until `saleEnd` (seconds), with `left` share-wei to be sold.
    error ShareSaleRunning(uint40 saleEnd, uint256 left);
    /// @notice The contract that shares are clones of sells nothing itself.
    error ShareNotAClone();

    /* EVENTS */

    /// @notice Shares (share-wei) were bought in the sale.
    /// @param cost CARD-wei paid
    event SharesBought(address indexed buyer, uint256 shares, uint256 cost);
    /// @notice The sale is over: `sold` share-wei for `proceeds` CARD-wei.
    /// @param owner of the card, paid `upfront` CARD-wei and holder of the unsold shares; zero after a failed sale
    event ShareFinalised(bool succeeded, uint256 sold, uint256 proceeds, address indexed owner, uint256 upfront);
    /// @notice `amount` (CARD-wei) of the proceeds vested and was paid to the card's owner.
    /// @param released CARD-wei released so far, this `amount` included
    event ProceedsReleased(address indexed owner, uint256 amount, uint256 released);
    /// @notice What the account paid (CARD-wei) was paid back, and its shares are gone.
    event PurchaseRefunded(address indexed account, uint256 paid);
    /// @notice Shares (share-wei) were given up for `amount` (CARD-wei) of what did not vest.
    event SharesHandedIn(address indexed account, uint256 shares, uint256 amount);

    /* VIEWS */

    /// @notice The card.
    function cardId() external view returns (uint256);

    /// @notice The revenue number of this share in the ledger.
    function number() external view returns (uint16);

    /// @notice What the owner offered; it never changes.
    function terms() external view returns (Terms memory);

    /// @notice saleEnd + term, seconds.
    function termEnd() external view returns (uint40);

    /// @notice Where the share is in its life at this second.
    function phase() external view returns (Phase);

    /// @notice Shares sold, share-wei.
    function sold() external view returns (uint256);

    /// @notice CARD-wei paid by buyers.
    function proceeds() external view returns (uint256);

    /// @notice Unsold shares and who holds them: they earn, never move and have no part in what did not vest. They are part of
    /// the owner's `balanceOf`; zeros until finalised and where everything was sold.
    function unsold() external view returns (address owner, uint256 shares);

    /// @notice CARD-wei that an account paid in the sale and was not given back.
    function paidBy(address account) external view returns (uint256);

    /// @notice Cost of shares in CARD-wei, rounded up.
    function costOf(uint256 shares) external view returns (uint256);

    /// @notice Revenue of all holders so far, cfUSD-wei.
    function revenue() external view returns (uint256);

    /// @notice What `account` could claim now, cfUSD-wei.
    function claimable(address account) external view returns (uint256);

    /// @notice CARD-wei of the proceeds that have vested (without the upfront part), and that were released:
    /// `vested = rest · min(1, e / term, revenue / promisedRevenue)`, `e = min(now, termEnd) − saleEnd` and 0 before it, each
    /// quotient rounded down. Zero unless the sale succeeded.
    function vested() external view returns (uint256 vested_, uint256 released);

    /// @notice CARD-wei that handing in `shares` would pay if no more vests: floor(unvested · shares / sold). Final once the term
    /// is over; zero unless the sale succeeded.
    function previewHandIn(uint256 shares) external view returns (uint256);

    /* INVESTOR */

    /// @notice Buys shares in the sale with CARD, by allowance. All that is left can be bought, and never more. Reverts with
    /// `ShareNotAClone`, `ShareDeadlinePassed`, `SharePhaseWrong`, `ShareSalesPaused`, `ShareAmountZero`, `ShareSoldOut`,
    /// `ShareCostAboveLimit`, or the token's error if allowance or money are short.
    /// @param shares share-wei
    /// @param maxCost most CARD-wei to pay
    /// @param deadline seconds, inclusive
    /// @return cost CARD-wei paid, rounded up
    function buy(uint256 shares, uint256 maxCost, uint256 deadline) external returns (uint256 cost);

    /// @notice The same with an ERC-2612 permit of CARD for this contract over `maxCost`; a failed permit is ignored if the
    /// allowance suffices.
    /// @param deadline seconds, inclusive; of the purchase and of the permit
    function buyWithPermit(
        uint256 shares,
        uint256 maxCost,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 cost);

    /// @notice Claims the caller's revenue to its wallet. Never pausable; with nothing owed it does nothing. The event is the
    /// ledger's `RevenueClaimed`, which names card, number and account.
    /// @return amount cfUSD-wei, rounded down
    function claim() external returns (uint256 amount);

    /// @notice Hands in sold shares after the term for their part of what did not vest; what they earned stays claimable. Never
    /// pausable. Reverts with `SharePhaseWrong`, `ShareAmountZero`, `ShareHandInWorthless`, or the ERC-20 error above the balance.
    /// @return amount CARD-wei paid to the caller, rounded down and never zero
    function handIn(uint256 shares) external returns (uint256 amount);

    /* ANYONE */

    /// @notice Ends the sale once sold out or past its end. It succeeds if the minimum was raised, the card is still verified
    /// and encumbered by this share, and the term is not over: then the card's 90 % goes to the shares from this second and the
    /// owner is paid the upfront part. Otherwise the card is freed and refunds are open. Never pausable. Reverts with
    /// `ShareSaleRunning` or `SharePhaseWrong`.
    function finalise() external;

    /// @notice Credits an account's revenue to its ledger balance. Never pausable; with nothing owed it does nothing.
    /// @return amount cfUSD-wei, rounded down
    function claimFor(address account) external returns (uint256 amount);

    /// @notice Pays what vested of the proceeds to whoever owns the card now. With nothing new vested it does nothing. Never
    /// pausable. Reverts with `SharePhaseWrong` unless the sale succeeded.
    /// @return amount CARD-wei, rounded down
    function release() external returns (uint256 amount);

    /// @notice Pays back an account exactly what it paid, once, after a failed sale; its shares are gone then. Never pausable.
    /// Reverts with `SharePhaseWrong` or `ShareNothingToRefund`.
    /// @return paid CARD-wei
    function refund(address account) external returns (uint256 paid);

    /* FACTORY */

    /// @notice Claims to the wallet of `account`; only the factory, on behalf of its caller (`ShareCallerNotFactory`).
    /// @return amount cfUSD-wei, rounded down
    function claimToWallet(address account) external returns (uint256 amount);
}

/// @title Makes revenue shares
/// @notice Checks the card and the terms, encumbers the card and deploys the share as a clone with the terms in its code.
interface IRevenueShareFactory {
    /* ERRORS */

    /// @notice Only the owner of the card may offer its cash flow.
    error TokenizeCallerNotOwner(uint256 cardId, address owner, address caller);
    /// @notice The card is not verified.
    error TokenizeCardNotVerified(uint256 cardId);
    /// @notice The bond of the card's operator is worth less than the model's minimum.
    error TokenizeBondBelowMinimum(uint256 cardId, address operator);
    /// @notice This running lease pays less than the floor or ends after the term.
    error TokenizeLeaseInTheWay(uint256 cardId, uint256 leaseId);
    /// @notice The registry gave the encumbrance another revenue number than its count announced.
    error TokenizeNumberUnexpected(uint256 cardId, uint16 number, uint16 expected);
    /// @notice The supply (share-wei) is out of range.
    error TermsSupplyOutOfRange(uint256 supply, uint256 least, uint256 most);
    /// @notice Shares have a price.
    error TermsPriceZero();
    /// @notice The minimum raise (CARD-wei) is below the cost of one share, or above that of all.
    error TermsMinimumRaiseOutOfRange(uint256 minimumRaise, uint256 least, uint256 most);
    /// @notice Some revenue is promised, or nothing would ever vest by it.
    error TermsPromisedRevenueZero();
    /// @notice Too much of the proceeds at once (bps).
    error TermsUpfrontOutOfRange(uint16 upfrontBps, uint16 limit);
    /// @notice The sale ends (seconds) too early or too late.
    error TermsSaleEndOutOfRange(uint40 saleEnd, uint40 least, uint40 most);
    /// @notice The term (seconds) is too short or too long.
    error TermsTermOutOfRange(uint40 term, uint40 least, uint40 most);
    /// @notice The address is no share of this factory.
    error ShareUnknown(address share);

    /* EVENTS */

    /// @notice The card's cash flow is offered as `share`, which will be paid under `number`.
    event CardTokenized(
        uint256 indexed cardId,
        address indexed owner,
        address indexed share,
        uint16 number,
        IRevenueShare.Terms terms
    );

    /* VIEWS */

    /// @notice The contract that every share is a clone of.
    function implementation() external view returns (address);

    /// @notice Whether this factory made `share`. A share's address is a function of its code, so nothing is stored for this.
    function isShare(address share) external view returns (bool);

    /// @notice Seconds until which share sales are paused; open from then on.
    function salesPausedUntil() external view returns (uint40);

    /* OWNER */

    /// @notice Offers a verified and bonded card's 90 % for a term; the caller owns the card. From now on no lease passes the
    /// end of the term and none starts below the floor; refused while such a lease runs. An encumbrance whose term is over is
    /// cleared on the way. Reverts with `EntryPaused`, the `Terms…` error of the term that is out of range, the `Tokenize…` error
    /// of what speaks against the card, or the registry's errors of `encumber` and, of a card that does not exist,
    /// `ERC721NonexistentToken`.
    function tokenize(uint256 cardId, IRevenueShare.Terms calldata terms) external returns (address share);

    /* INVESTOR */

    /// @notice Claims the caller's revenue from many shares of this factory to its wallet in one call. Never pausable. Reverts
    /// with `ShareUnknown`.
    /// @return amount cfUSD-wei in all
    function claimMany(address[] calldata shares) external returns (uint256 amount);

    /* GOVERNANCE */

    /// @notice Closes `tokenize` and `buy` until `until` (seconds, at most 7 days ahead). Restricted. Reverts with `PauseTooSoon`
    /// or `PauseEndOutOfRange`.
    function pauseSales(uint40 until) external;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "./ILeaseLedger.sol";

/// @title Signed asks and bids in, leases out
/// @notice Orders are EIP-712 messages, signed off chain and free until used. Anyone may submit a match. The market holds nothing.
interface IRentalMarket {
    /* TYPES */

    /// @notice An operator's standing offer of one card: it fills again whenever the card has room.
    struct Ask {
        address operator;
        uint256 cardId;
        uint32 epoch; // of the card
        uint64 ratePerSecond; // cfUSD-wei per second of the whole card
        uint16 minThousandths;
        uint32 minDuration; // seconds, whole minutes; minimum billing
        uint32 maxDuration; // seconds, whole hours; with all extensions
        uint8 priorityTier; // before `openFrom` only renters of at least this tier can take it
        uint40 openFrom; // seconds
        uint40 validUntil; // seconds, inclusive
        uint256 counter;
        uint256 salt;
    }

    /// @notice A renter's offer for `quantity` cards; used up by the cards it took.
    struct Bid {
        address renter;
        uint256 models; // bit n: model n is accepted
        uint256 regions; // bit n: region n is accepted
        uint16 thousandths; // 1 to 1000 of each card
        uint8 quantity; // 1 to 254 cards
        uint8 minQuantity; // least cards per match
        bool sameHost; // all cards on one host; needs minQuantity = quantity
        uint64 maxRatePerSecond; // cfUSD-wei per second of the whole card
        uint32 duration; // seconds
        bool payInToken; // burn CARD for the escrow
        uint128 maxTokenIn; // CARD-wei per card taken
        address matcher; // zero: anyone
        uint40 exclusiveUntil; // seconds; until then only `matcher` may submit, at most 120 s ahead
        uint96 matcherFee; // cfUSD-wei per card taken, credited to the submitter
        bytes32 accessKeyHash;
        uint40 validUntil; // seconds, inclusive
        uint256 counter;
        uint256 salt;
    }

    /// @notice A direct rent of one ask, without a bid.
    struct Take {
        uint16 thousandths;
        uint32 duration; // seconds
        uint64 maxRatePerSecond;
        bool payInToken;
        uint128 maxTokenIn;
        bytes32 accessKeyHash;
    }

    /// @notice Why a whole match is refused. `None` means that it would execute.
    enum MatchRefusal {
        None,
        MatchesPaused,
        BidExpired,
        BidCounterOld,
        BidCancelled,
        BidFilled,
        BidInvalid, // quantity 1–254, minQuantity 1–quantity, thousandths 1–1000, sameHost needs minQuantity = quantity
        BidSignatureInvalid,
        BidExclusiveToMatcher,
        BidExclusivityTooLong,
        CardsTooFew,
        FundsTooLow,
        TokenMintRefused, // the minter refuses; its status says why
        TokenCostTooHigh // above maxTokenIn per card taken
    }

    /// @notice What a match would do, for off-chain callers.
    struct MatchPreview {
        MatchRefusal refusal;
        ILeaseLedger.LegRefusal[] legs; // one per ask
        ILeaseLedger.Opened[] opened; // one per ask; zeros where refused
        uint256 taken; // cards
        uint256 escrow; // cfUSD-wei
        uint256 matcherFees; // cfUSD-wei
        uint256 tokenIn; // CARD-wei to burn when paid in CARD
        uint16 feeBps; // protocol fee of the leases
    }

    struct MarketParameters {
        uint16 feeBps; // 0 to 1000
        uint16 tokenFeeBps; // 0 to feeBps
        uint32 longestMinDuration; // seconds; upper bound of an ask's minDuration, at most 24 h
    }

    /* ERRORS */

    /// @notice The match as a whole is refused; `legs` says of each ask why it was skipped (empty if none was looked at).
    error MatchRefused(MatchRefusal refusal, ILeaseLedger.LegRefusal[] legs);
    /// @notice The ask cannot be taken, for this reason.
    error AskRefused(ILeaseLedger.LegRefusal refusal);
    /// @notice Every ask needs its signature.
    error MatchArraysDiffer(uint256 asks, uint256 signatures);
    /// @notice Thousandths are 1 to 1000.
    error TakeInvalid(uint16 thousandths);
    /// @notice The maker's orders of this salt are cancelled already.
    error OrderAlreadyCancelled(address maker, uint256 salt);
    /// @notice No salt was named.
    error OrderSaltsEmpty();
    /// @notice The fee (bps) is above `limit`, or the one of leases paid in CARD is above it.
    error MarketFeeOutOfRange(uint16 feeBps, uint16 tokenFeeBps, uint16 limit);
    /// @notice The upper bound of an ask's minimum duration (seconds) is outside its own bounds.
    error MarketMinDurationOutOfRange(uint32 seconds_, uint32 least, uint32 most);

    /* EVENTS */

    /// @notice `taken` more cards of the bid were taken: `escrow` and `matcherFees` (cfUSD-wei) were paid, for which `tokenIn`
    /// (CARD-wei) was burned where it pays in CARD.
    event BidMatched(
        address indexed renter,
        uint256 indexed salt,
        address indexed submitter,
        uint256 taken,
        uint256 escrow,
        uint256 matcherFees,
        uint256 tokenIn
    );
    /// @notice An ask was skipped in a match.
    event LegRefused(address indexed renter, uint256 indexed cardId, ILeaseLedger.LegRefusal refusal);
    /// @notice An ask was taken directly for `escrow` (cfUSD-wei), for which `tokenIn` (CARD-wei) was burned where it is paid in
    /// CARD.
    event AskTaken(address indexed renter, uint256 indexed leaseId, uint256 escrow, uint256 tokenIn);
    /// @notice The maker's orders of this salt never fill again.
    event OrderCancelled(address indexed maker, uint256 indexed salt);
    /// @notice The maker's orders need this counter from now on.
    event CounterBumped(address indexed maker, uint256 counter);
    /// @notice The parameters were set; running leases keep theirs.
    event MarketParametersSet(MarketParameters parameters);

    /* VIEWS */

    /// @notice What the operator signs: the EIP-712 digest.
    function hashAsk(Ask calldata ask) external view returns (bytes32);

    /// @notice What the renter signs: the EIP-712 digest.
    function hashBid(Bid calldata bid) external view returns (bytes32);

    /// @notice The counter that the maker's orders must name.
    function counterOf(address maker) external view returns (uint256);

    /// @notice Cards taken by the order of a maker and salt (asks: 0), or 255 once cancelled. Two orders of one maker and salt
    /// are alternatives of each other.
    function orderState(address maker, uint256 salt) external view returns (uint8);

    /// @notice The parameters.
    function parameters() external view returns (MarketParameters memory);

    /// @notice Seconds until which matching is paused; open from then on.
    function pausedUntil() external view returns (uint40);

    /// @notice What `matchOrders` would do if sent by `submitter` now, by the same code; permits are taken as given.
    function previewMatch(
        Bid calldata bid,
        bytes calldata bidSignature,
        Ask[] calldata asks,
        bytes[] calldata askSignatures,
        address submitter
    ) external view returns (MatchPreview memory);

    /// @notice What `takeAsk` would do if sent by `renter` now, by the same code; permits are taken as given.
    function previewTake(
        Ask calldata ask,
        bytes calldata signature,
        Take calldata take,
        address renter
    ) external view returns (MatchPreview memory);

    /* RENTER */

    /// @notice Rents by one ask directly; the caller is the renter and pays rate * duration (cfUSD-wei) into escrow. Reverts with
    /// `EntryPaused`, `TakeInvalid`, `AskRefused`, `FundingUnusable`, `FundingMalformed`, and the minter's or the tokens' errors
    /// if it cannot be paid.
    /// @param funding empty, or an encoded `ILeaseLedger.Funding` of the caller
    function takeAsk(
        Ask calldata ask,
        bytes calldata signature,
        Take calldata take,
        bytes calldata funding
    ) external returns (uint256 leaseId);

    /* MAKERS */

    /// @notice Cancels the caller's orders of this salt for ever. Never pausable. Reverts with `OrderAlreadyCancelled`.
    function cancel(uint256 salt) external;

    /// @notice Cancels the caller's orders of these salts for ever. Never pausable. Reverts with `OrderSaltsEmpty` or
    /// `OrderAlreadyCancelled`.
    function cancelMany(uint256[] calldata salts) external;

    /// @notice Voids all of the caller's orders; the counter jumps by an unpredictable amount. Never pausable.
    function bump() external returns (uint256 counter);

    /* ANYONE */

    /// @notice Matches a bid with asks by ascending card id. Asks that cannot be taken are skipped, each with its reason. Reverts
    /// with `MatchArraysDiffer`, `MatchRefused`, `FundingUnusable`, `FundingMalformed`, and the minter's or the tokens' errors if
    /// it cannot be paid.
    /// @param funding empty, or an encoded `ILeaseLedger.Funding` signed by the renter
    /// @return leaseIds one per card taken, in order
    function matchOrders(
        Bid calldata bid,
        bytes calldata bidSignature,
        Ask[] calldata asks,
        bytes[] calldata askSignatures,
        bytes calldata funding
    ) external returns (uint256[] memory leaseIds);

    /* GOVERNANCE */

    /// @notice Sets the parameters inside their bounds. Restricted. Reverts with `MarketFeeOutOfRange` or
    /// `MarketMinDurationOutOfRange`.
    function setParameters(MarketParameters calldata parameters_) external;

    /// @notice Closes matching and taking until `until` (seconds, at most 7 days ahead). Restricted. Reverts with `PauseTooSoon`
    /// or `PauseEndOutOfRange`.
    function pauseMatches(uint40 until) external;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {ICardRegistry} from "../interfaces/ICardRegistry.sol";
import {ILeaseLedger} from "../interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../interfaces/IRentalMarket.sol";
import {ISupplierStaking} from "../interfaces/ISupplierStaking.sol";
import {SignatureCheck} from "../token/libraries/SignatureCheck.sol";
import {OrderBook} from "./libraries/OrderBook.sol";
import {Orders} from "./libraries/Orders.sol";

/// @title What speaks against a match
/// @notice Every check of bids, asks and cards, as views: matching and its preview run the same code. Keeps I14 (cancelled, bumped or
/// old-epoch orders never fill) and I15 (a lease runs at the ask's rate, at most the bid's and at least the floor).
abstract contract MatchChecks is IRentalMarket, EIP712 {
    using OrderBook for OrderBook.State;
    using Orders for Ask;
    using Orders for Bid;

    /// @dev What all legs of one match share.
    struct Wish {
        ILeaseLedger.Opening opening; // of each leg; what comes from its ask is filled in when it is taken
        uint256 models;
        uint256 regions;
        uint64 maxRate;
        bool sameHost;
    }

    /// @dev What legs taken so far mean for the next one.
    struct Tally {
        uint256 most; // cards that may still be taken in all
        uint256 least; // cards that must be taken
        uint256 taken;
        uint256 escrow;
        uint256 lastCard;
        address hostOperator;
        uint32 hostId;
    }

    struct Params {
        uint16 feeBps; // slot 0 (13 bytes)
        uint16 tokenFeeBps;
        uint32 longestMinDuration;
        uint40 pausedUntil; // copy of the pause's end, so that a match reads one slot
    }

    uint32 internal constant LEAST_MIN_DURATION = 10 minutes;
    uint32 internal constant LONGEST_LEASE = 366 days;
    uint256 internal constant LONGEST_EXCLUSIVITY = 120;
    uint256 internal constant MOST_CARDS = 254;
    uint256 internal constant THOUSANDTHS = 1000;
    ICardRegistry internal immutable REGISTRY;
    ISupplierStaking internal immutable STAKING;
    ILeaseLedger internal immutable LEDGER;
    Params internal _params;
    OrderBook.State internal _orders;

    constructor(ICardRegistry registry, ISupplierStaking staking, ILeaseLedger ledger) {
        REGISTRY = registry;
        STAKING = staking;
        LEDGER = ledger;
    }

    /* INTERNAL */

    /// @dev Why a bid cannot be matched by `submitter` now, and how many cards it may still take.
    function _checkBid(
        Bid calldata bid,
        bytes calldata signature,
        address submitter
    ) internal view returns (MatchRefusal refusal, uint256 left) {
        if (block.timestamp < _params.pausedUntil) return (MatchRefusal.MatchesPaused, 0);
        if (block.timestamp > bid.validUntil) return (MatchRefusal.BidExpired, 0);
        if (!_isWellFormed(bid)) return (MatchRefusal.BidInvalid, 0);
        if (bid.matcher != address(0) && block.timestamp < bid.exclusiveUntil) {
            if (bid.exclusiveUntil - block.timestamp > LONGEST_EXCLUSIVITY) {
                return (MatchRefusal.BidExclusivityTooLong, 0);
            }
            if (submitter != bid.matcher) return (MatchRefusal.BidExclusiveToMatcher, 0);
        }
        if (bid.counter != _orders.counters[bid.renter]) return (MatchRefusal.BidCounterOld, 0);
        uint8 filled = _orders.get(bid.renter, bid.salt);
        if (filled == OrderBook.CANCELLED) return (MatchRefusal.BidCancelled, 0);
        if (filled >= bid.quantity) return (MatchRefusal.BidFilled, 0);
        if (!_isSigned(bid.renter, bid.hash(), signature)) return (MatchRefusal.BidSignatureInvalid, 0);
        left = bid.quantity - filled;
    }

    function _isWellFormed(Bid calldata bid) internal pure returns (bool) {
        return
            bid.renter != address(0) &&
            bid.quantity != 0 &&
            bid.quantity <= MOST_CARDS &&
            bid.minQuantity != 0 &&
            bid.minQuantity <= bid.quantity &&
            (!bid.sameHost || bid.minQuantity == bid.quantity) &&
            _isShare(bid.thousandths);
    }

    function _isShare(uint256 thousandths) internal pure returns (bool) {
        return thousandths != 0 && thousandths <= THOUSANDTHS;
    }

    function _isSigned(address maker, bytes32 structHash, bytes calldata signature) internal view returns (bool) {
        return SignatureCheck.isValid(maker, _hashTypedDataV4(structHash), signature);
    }

    function _wishOf(Bid calldata bid) internal view returns (Wish memory wish) {
        ILeaseLedger.Opening memory opening = wish.opening;
        opening.renter = bid.renter;
        opening.thousandths = bid.thousandths;
        opening.duration = bid.duration;
        opening.paidInToken = bid.payInToken;
        opening.feeBps = bid.payInToken ? _params.tokenFeeBps : _params.feeBps;
        opening.accessKeyHash = bid.accessKeyHash;
        wish.models = bid.models;
        wish.regions = bid.regions;
        wish.maxRate = bid.maxRatePerSecond;
        wish.sameHost = bid.sameHost;
    }

    function _wishOf(Take calldata take, address renter) internal view returns (Wish memory wish) {
        ILeaseLedger.Opening memory opening = wish.opening;
        opening.renter = renter;
        opening.thousandths = take.thousandths;
        opening.duration = take.duration;
        opening.paidInToken = take.payInToken;
        opening.feeBps = take.payInToken ? _params.tokenFeeBps : _params.feeBps;
        opening.accessKeyHash = take.accessKeyHash;
        wish.models = type(uint256).max;
        wish.regions = type(uint256).max;
        wish.maxRate = take.maxRatePerSecond;
    }

    function _count(
        Tally memory tally,
        Ask calldata ask,
        uint32 hostId,
        ILeaseLedger.LegRefusal refusal,
        uint256 escrow
    ) internal pure {
        if (refusal != ILeaseLedger.LegRefusal.None) return;
        tally.taken += 1;
        tally.escrow += escrow;
        tally.lastCard = ask.cardId;
        tally.hostOperator = ask.operator;
        tally.hostId = hostId;
    }

    /// @dev All that speaks against a leg but what only the ledger knows; and of the card, the sum of rates that its bond covers, its
    /// host, and whether its term is over.
    function _checkLeg(
        Wish memory wish,
        Tally memory tally,
        Ask calldata ask,
        bytes calldata signature
    ) internal view returns (ILeaseLedger.LegRefusal refusal, uint256 coveredRate, uint32 hostId, bool termOver) {
        if (tally.taken == tally.most) return (ILeaseLedger.LegRefusal.QuantityReached, 0, 0, false);
        if (ask.cardId <= tally.lastCard) return (ILeaseLedger.LegRefusal.CardOutOfOrder, 0, 0, false);
        refusal = _checkAsk(wish, ask);
        if (refusal != ILeaseLedger.LegRefusal.None) return (refusal, 0, 0, false);

        ICardRegistry.LeaseTerms memory terms = REGISTRY.leasingTerms(ask.cardId);
        (hostId, termOver) = (terms.card.hostId, terms.termOver);
        refusal = _checkCard(wish, ask, terms);
        if (refusal != ILeaseLedger.LegRefusal.None) return (refusal, 0, hostId, termOver);
        if (wish.sameHost && tally.taken != 0 && (ask.operator != tally.hostOperator || hostId != tally.hostId)) {
            return (ILeaseLedger.LegRefusal.HostDiffers, 0, hostId, termOver);
        }
        if (!_isSigned(ask.operator, ask.hash(), signature)) {
            return (ILeaseLedger.LegRefusal.AskSignatureInvalid, 0, hostId, termOver);
        }
        bool meetsMinimum;
        (meetsMinimum, coveredRate) = STAKING.bondCoverage(ask.cardId, ask.operator, terms.minimumBond);
        if (!meetsMinimum) refusal = ILeaseLedger.LegRefusal.BondBelowMinimum;
    }

    /// @dev What speaks against an ask by itself and for this renter.
    function _checkAsk(Wish memory wish, Ask calldata ask) internal view returns (ILeaseLedger.LegRefusal) {
        if (block.timestamp > ask.validUntil) return ILeaseLedger.LegRefusal.AskExpired;
        if (block.timestamp < ask.openFrom && LEDGER.tierOf(wish.opening.renter) < ask.priorityTier) {
            return ILeaseLedger.LegRefusal.AskNotOpenYet;
        }
        (uint256 minDuration, uint256 maxDuration) = (ask.minDuration, ask.maxDuration);
        if (
            minDuration % 60 != 0 ||
            minDuration < LEAST_MIN_DURATION ||
            minDuration > _params.longestMinDuration ||
            maxDuration % 3600 != 0 ||
            maxDuration > LONGEST_LEASE
        ) return ILeaseLedger.LegRefusal.AskDurationsInvalid;
        if (wish.opening.duration < minDuration) return ILeaseLedger.LegRefusal.DurationBelowAsk;
        if (wish.opening.duration > maxDuration) return ILeaseLedger.LegRefusal.DurationAboveAsk;
        if (wish.opening.thousandths < ask.minThousandths) return ILeaseLedger.LegRefusal.ThousandthsBelowAsk;
        if (ask.ratePerSecond > wish.maxRate) return ILeaseLedger.LegRefusal.RateAboveBid;
        if (ask.counter != _orders.counters[ask.operator]) return ILeaseLedger.LegRefusal.AskCounterOld;
        if (_orders.get(ask.operator, ask.salt) == OrderBook.CANCELLED) return ILeaseLedger.LegRefusal.AskCancelled;
        return ILeaseLedger.LegRefusal.None;
    }

    /// @dev What the card's state, node, kind and limits say against it.
    function _checkCard(
        Wish memory wish,
        Ask calldata ask,
        ICardRegistry.LeaseTerms memory terms
    ) internal view returns (ILeaseLedger.LegRefusal) {
        ICardRegistry.Card memory card = terms.card;
        if (card.state != ICardRegistry.CardState.Verified) return ILeaseLedger.LegRefusal.CardNotVerified;
        if (card.epoch != ask.epoch) return ILeaseLedger.LegRefusal.CardEpochOld;
        if (card.operator != ask.operator) return ILeaseLedger.LegRefusal.OperatorNotOfCard;
        if ((wish.models >> card.model) & 1 == 0) return ILeaseLedger.LegRefusal.ModelNotAccepted;
        if ((wish.regions >> card.region) & 1 == 0) return ILeaseLedger.LegRefusal.RegionNotAccepted;
        if (ask.ratePerSecond < terms.floorRate) return ILeaseLedger.LegRefusal.RateBelowFloor;
        if (terms.longestLease != 0 && wish.opening.duration > terms.longestLease) {
            return ILeaseLedger.LegRefusal.DurationAboveOwnerLimit;
        }
        if (terms.termEnd != 0 && !terms.termOver && block.timestamp + wish.opening.duration > terms.termEnd) {
            return ILeaseLedger.LegRefusal.TermEndPassed;
        }
        return ILeaseLedger.LegRefusal.None;
    }

    /// @dev What the ask and its card say of the lease to open.
    function _addAsk(
        ILeaseLedger.Opening memory opening,
        Ask calldata ask,
        uint256 coveredRate,
        bool termOver
    ) internal pure {
        opening.cardId = ask.cardId;
        opening.operator = ask.operator;
        opening.ratePerSecond = ask.ratePerSecond;
        opening.minMinutes = uint16(ask.minDuration / 60); // at most 24 h
        opening.maxHours = uint16(ask.maxDuration / 3600); // at most 366 days
        opening.termOver = termOver;
        opening.coveredRate = coveredRate;
    }
}

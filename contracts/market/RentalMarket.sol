// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {TimedPause} from "../governance/TimedPause.sol";
import {ICardRegistry} from "../interfaces/ICardRegistry.sol";
import {IComputeToken} from "../interfaces/IComputeToken.sol";
import {IDollarMinter} from "../interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../interfaces/IRentalMarket.sol";
import {ISupplierStaking} from "../interfaces/ISupplierStaking.sol";
import {RentSplit} from "../leases/libraries/RentSplit.sol";
import {TokenRent} from "../leases/libraries/TokenRent.sol";
import {MatchChecks} from "./MatchChecks.sol";
import {OrderBook} from "./libraries/OrderBook.sol";
import {Orders} from "./libraries/Orders.sol";

/// @title Signed asks and bids in, leases out
/// @notice Keeps I14 (filled ≤ quantity). Holds nothing.
/// @dev Foreign code is reached only by ERC-1271 checks, which are static, get 150 000 gas and come before the first write of a leg;
/// cfUSD and CARD have no hooks. So no call made here can re-enter.
contract RentalMarket is MatchChecks, AccessManaged {
    using OrderBook for OrderBook.State;
    using Orders for Ask;
    using Orders for Bid;
    using TimedPause for TimedPause.State;

    bytes32 private constant PAUSE_KIND = "matches";
    uint40 private constant LONGEST_PAUSE = 7 days;
    uint16 private constant FEE_LIMIT = 1000;
    uint32 private constant MOST_MIN_DURATION = 24 hours;

    IERC20 private immutable DOLLAR;
    IComputeToken private immutable TOKEN;
    IDollarMinter private immutable MINTER;

    TimedPause.State private _pause;

    constructor(
        address authority,
        IDollarMinter minter,
        ICardRegistry registry,
        ISupplierStaking staking,
        ILeaseLedger ledger,
        MarketParameters memory initial
    ) MatchChecks(registry, staking, ledger) AccessManaged(authority) EIP712("Cardflow Rental Market", "1") {
        DOLLAR = IERC20(address(minter.dollar()));
        TOKEN = minter.token();
        MINTER = minter;
        _setParameters(initial);
    }

    /* VIEWS */

    /// @inheritdoc IRentalMarket
    function hashAsk(Ask calldata ask) external view returns (bytes32) {
        return _hashTypedDataV4(ask.hash());
    }

    /// @inheritdoc IRentalMarket
    function hashBid(Bid calldata bid) external view returns (bytes32) {
        return _hashTypedDataV4(bid.hash());
    }

    /// @inheritdoc IRentalMarket
    function counterOf(address maker) external view returns (uint256) {
        return _orders.counters[maker];
    }

    /// @inheritdoc IRentalMarket
    function orderState(address maker, uint256 salt) external view returns (uint8) {
        return _orders.get(maker, salt);
    }

    /// @inheritdoc IRentalMarket
    function parameters() external view returns (MarketParameters memory) {
        return MarketParameters(_params.feeBps, _params.tokenFeeBps, _params.longestMinDuration);
    }

    /// @inheritdoc IRentalMarket
    function pausedUntil() external view returns (uint40) {
        return _params.pausedUntil;
    }

    /// @inheritdoc IRentalMarket
    function previewMatch(
        Bid calldata bid,
        bytes calldata bidSignature,
        Ask[] calldata asks,
        bytes[] calldata askSignatures,
        address submitter
    ) external view returns (MatchPreview memory preview) {
        require(asks.length == askSignatures.length, MatchArraysDiffer(asks.length, askSignatures.length));
        Tally memory tally;
        (preview.refusal, tally.most) = _checkBid(bid, bidSignature, submitter);
        if (preview.refusal != MatchRefusal.None) return preview;

        Wish memory wish = _wishOf(bid);
        preview.legs = new ILeaseLedger.LegRefusal[](asks.length);
        preview.opened = new ILeaseLedger.Opened[](asks.length);
        for (uint256 i; i < asks.length; ++i) {
            (preview.legs[i], preview.opened[i]) = _previewLeg(wish, tally, asks[i], askSignatures[i]);
        }
        _previewMoney(preview, wish, tally, bid.matcherFee, bid.maxTokenIn);
        if (tally.taken < Math.min(bid.minQuantity, tally.most)) preview.refusal = MatchRefusal.CardsTooFew;
    }

    /// @inheritdoc IRentalMarket
    function previewTake(
        Ask calldata ask,
        bytes calldata signature,
        Take calldata take,
        address renter
    ) external view returns (MatchPreview memory preview) {
        if (!_isShare(take.thousandths)) preview.refusal = MatchRefusal.BidInvalid;
        if (block.timestamp < _params.pausedUntil) preview.refusal = MatchRefusal.MatchesPaused;
        if (preview.refusal != MatchRefusal.None) return preview;

        Wish memory wish = _wishOf(take, renter);
        Tally memory tally;
        tally.most = 1;
        preview.legs = new ILeaseLedger.LegRefusal[](1);
        preview.opened = new ILeaseLedger.Opened[](1);
        (preview.legs[0], preview.opened[0]) = _previewLeg(wish, tally, ask, signature);
        _previewMoney(preview, wish, tally, 0, take.maxTokenIn);
        if (tally.taken == 0) preview.refusal = MatchRefusal.CardsTooFew;
    }

    /* RENTER */

    /// @inheritdoc IRentalMarket
    function takeAsk(
        Ask calldata ask,
        bytes calldata signature,
        Take calldata take,
        bytes calldata funding
    ) external returns (uint256 leaseId) {
        uint40 until = _params.pausedUntil;
        require(block.timestamp >= until, TimedPause.EntryPaused(PAUSE_KIND, until));
        require(_isShare(take.thousandths), TakeInvalid(take.thousandths));
        Wish memory wish = _wishOf(take, msg.sender);
        Tally memory tally;
        tally.most = 1;
        ILeaseLedger.LegRefusal refusal;
        (refusal, leaseId) = _takeLeg(wish, tally, ask, signature);
        require(refusal == ILeaseLedger.LegRefusal.None, AskRefused(refusal));
        uint256 tokenIn = _charge(wish, tally.escrow, 0, take.maxTokenIn, funding);
        emit AskTaken(msg.sender, leaseId, tally.escrow, tokenIn);
    }

    /* MAKERS */

    /// @inheritdoc IRentalMarket
    function cancel(uint256 salt) external {
        _cancel(salt);
    }

    /// @inheritdoc IRentalMarket
    function cancelMany(uint256[] calldata salts) external {
        require(salts.length != 0, OrderSaltsEmpty());
        for (uint256 i; i < salts.length; ++i) _cancel(salts[i]);
    }

    /// @inheritdoc IRentalMarket
    function bump() external returns (uint256 counter) {
        // Half a block hash: orders cannot be signed ahead for a counter that nobody can know.
        counter = _orders.counters[msg.sender] + 1 + (uint256(blockhash(block.number - 1)) >> 128);
        _orders.counters[msg.sender] = counter;
        emit CounterBumped(msg.sender, counter);
    }

    /* ANYONE */

    /// @inheritdoc IRentalMarket
    function matchOrders(
        Bid calldata bid,
        bytes calldata bidSignature,
        Ask[] calldata asks,
        bytes[] calldata askSignatures,
        bytes calldata funding
    ) external returns (uint256[] memory leaseIds) {
        require(asks.length == askSignatures.length, MatchArraysDiffer(asks.length, askSignatures.length));
        Tally memory tally = _admit(bid, bidSignature);
        Wish memory wish = _wishOf(bid);
        leaseIds = _takeLegs(wish, tally, asks, askSignatures);
        _settle(bid, wish, tally, funding);
    }

    /* GOVERNANCE */

    /// @inheritdoc IRentalMarket
    function setParameters(MarketParameters calldata parameters_) external restricted {
        _setParameters(parameters_);
    }

    /// @inheritdoc IRentalMarket
    function pauseMatches(uint40 until) external restricted {
        _pause.begin(PAUSE_KIND, until, LONGEST_PAUSE);
        _params.pausedUntil = until;
    }

    /* INTERNAL */

    function _cancel(uint256 salt) private {
        require(_orders.cancel(msg.sender, salt), OrderAlreadyCancelled(msg.sender, salt));
        emit OrderCancelled(msg.sender, salt);
    }

    function _admit(Bid calldata bid, bytes calldata signature) private view returns (Tally memory tally) {
        MatchRefusal refusal;
        (refusal, tally.most) = _checkBid(bid, signature, msg.sender);
        require(refusal == MatchRefusal.None, MatchRefused(refusal, new ILeaseLedger.LegRefusal[](0)));
        tally.least = Math.min(bid.minQuantity, tally.most);
    }

    function _takeLegs(
        Wish memory wish,
        Tally memory tally,
        Ask[] calldata asks,
        bytes[] calldata signatures
    ) private returns (uint256[] memory leaseIds) {
        leaseIds = new uint256[](Math.min(asks.length, tally.most));
        ILeaseLedger.LegRefusal[] memory refusals = new ILeaseLedger.LegRefusal[](asks.length);
        for (uint256 i; i < asks.length; ++i) {
            uint256 leaseId;
            (refusals[i], leaseId) = _takeLeg(wish, tally, asks[i], signatures[i]);
            if (refusals[i] == ILeaseLedger.LegRefusal.None) leaseIds[tally.taken - 1] = leaseId;
            else emit LegRefused(wish.opening.renter, asks[i].cardId, refusals[i]);
        }
        uint256 taken = tally.taken;
        require(taken >= tally.least, MatchRefused(MatchRefusal.CardsTooFew, refusals));
        // Shortens the array in place: no more were taken than it is long.
        assembly ("memory-safe") {
            mstore(leaseIds, taken)
        }
    }

    function _takeLeg(
        Wish memory wish,
        Tally memory tally,
        Ask calldata ask,
        bytes calldata signature
    ) private returns (ILeaseLedger.LegRefusal refusal, uint256 leaseId) {
        (ILeaseLedger.LegRefusal against, uint256 coveredRate, uint32 hostId, bool termOver) = _checkLeg(
            wish,
            tally,
            ask,
            signature
        );
        if (against != ILeaseLedger.LegRefusal.None) return (against, 0);
        if (termOver) REGISTRY.expire(ask.cardId);
        _addAsk(wish.opening, ask, coveredRate, termOver);
        (ILeaseLedger.LegRefusal refused, ILeaseLedger.Opened memory opened) = LEDGER.open(wish.opening);
        _count(tally, ask, hostId, refused, opened.escrow);
        return (refused, opened.leaseId);
    }

    function _previewLeg(
        Wish memory wish,
        Tally memory tally,
        Ask calldata ask,
        bytes calldata signature
    ) private view returns (ILeaseLedger.LegRefusal refusal, ILeaseLedger.Opened memory opened) {
        (ILeaseLedger.LegRefusal against, uint256 coveredRate, uint32 hostId, bool termOver) = _checkLeg(
            wish,
            tally,
            ask,
            signature
        );
        if (against != ILeaseLedger.LegRefusal.None) return (against, opened);
        _addAsk(wish.opening, ask, coveredRate, termOver);
        (refusal, opened) = LEDGER.previewOpen(wish.opening);
        _count(tally, ask, hostId, refusal, opened.escrow);
    }

    function _settle(Bid calldata bid, Wish memory wish, Tally memory tally, bytes calldata funding) private {
        // At most 254 in all: `most` is what was left of the quantity.
        _orders.set(bid.renter, bid.salt, uint8(bid.quantity - tally.most + tally.taken));
        uint256 fees = uint256(bid.matcherFee) * tally.taken;
        uint256 tokenIn = _charge(wish, tally.escrow, fees, uint256(bid.maxTokenIn) * tally.taken, funding);
        emit BidMatched(bid.renter, bid.salt, msg.sender, tally.taken, tally.escrow, fees, tokenIn);
    }

    /// @dev Takes escrow and fees from the payer, by burning CARD where the lease is paid so.
    function _charge(
        Wish memory wish,
        uint256 escrow,
        uint256 fees,
        uint256 maxTokenIn,
        bytes calldata funding
    ) private returns (uint256 tokenIn) {
        address payer = wish.opening.renter;
        if (!wish.opening.paidInToken) {
            LEDGER.charge(payer, escrow + fees, 0, fees, msg.sender, funding);
        } else {
            uint256 minted;
            (minted, tokenIn) = TokenRent.burn({
                minter: MINTER,
                token: TOKEN,
                ledger: address(LEDGER),
                payer: payer,
                due: escrow + fees,
                maxTokenIn: maxTokenIn,
                funding: funding
            });
            LEDGER.charge(payer, escrow + fees, minted, fees, msg.sender, funding[:0]);
        }
    }

    /// @dev What the leases that were counted cost, and whether the renter can pay it.
    function _previewMoney(
        MatchPreview memory preview,
        Wish memory wish,
        Tally memory tally,
        uint256 matcherFee,
        uint256 maxTokenIn
    ) private view {
        // At most the market's, which has 16 bits.
        preview.feeBps = uint16(RentSplit.discounted(wish.opening.feeBps, LEDGER.tierOf(wish.opening.renter)));
        preview.taken = tally.taken;
        preview.escrow = tally.escrow;
        preview.matcherFees = matcherFee * tally.taken;
        if (tally.taken == 0) return;
        (preview.refusal, preview.tokenIn) = _previewPayment(
            wish.opening.renter,
            wish.opening.paidInToken,
            preview.escrow + preview.matcherFees,
            maxTokenIn * tally.taken
        );
    }

    function _previewPayment(
        address payer,
        bool payInToken,
        uint256 due,
        uint256 maxTokenIn
    ) private view returns (MatchRefusal refusal, uint256 tokenIn) {
        if (!payInToken) {
            uint256 available = LEDGER.accountOf(payer).balance + DOLLAR.balanceOf(payer);
            return (available < due ? MatchRefusal.FundsTooLow : MatchRefusal.None, 0);
        }
        ILeaseLedger.PaymentRefusal payment;
        (payment, tokenIn) = TokenRent.preview(MINTER, TOKEN, payer, due, maxTokenIn);
        if (payment == ILeaseLedger.PaymentRefusal.TokenMintRefused) refusal = MatchRefusal.TokenMintRefused;
        else if (payment == ILeaseLedger.PaymentRefusal.TokenCostTooHigh) refusal = MatchRefusal.TokenCostTooHigh;
        else if (payment == ILeaseLedger.PaymentRefusal.FundsTooLow) refusal = MatchRefusal.FundsTooLow;
    }

    function _setParameters(MarketParameters memory p) private {
        require(
            p.feeBps <= FEE_LIMIT && p.tokenFeeBps <= p.feeBps,
            MarketFeeOutOfRange(p.feeBps, p.tokenFeeBps, FEE_LIMIT)
        );
        require(
            p.longestMinDuration >= LEAST_MIN_DURATION && p.longestMinDuration <= MOST_MIN_DURATION,
            MarketMinDurationOutOfRange(p.longestMinDuration, LEAST_MIN_DURATION, MOST_MIN_DURATION)
        );
        _params.feeBps = p.feeBps;
        _params.tokenFeeBps = p.tokenFeeBps;
        _params.longestMinDuration = p.longestMinDuration;
        emit MarketParametersSet(p);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {TimedPause} from "../governance/TimedPause.sol";
import {IComputeDollar} from "../interfaces/IComputeDollar.sol";
import {IComputeToken} from "../interfaces/IComputeToken.sol";
import {IDollarMinter, IEarnings} from "../interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {Buckets} from "./libraries/Buckets.sol";
import {DollarMath} from "./libraries/DollarMath.sol";

/// @title What a mint or a redemption would do now, or why not
/// @notice The one code path of the minter's calls and views: the state, and a plan that either can be carried out or names its
/// refusal with the figures of the error.
/// @dev Holds the storage of the minter and writes none of it.
abstract contract DollarPlans is IDollarMinter {
    using SafeCast for uint256;

    bytes32 internal constant PAUSE_MINT = "mint";
    bytes32 internal constant PAUSE_REDEEM = "redeem";

    struct Settings {
        // slot 0 (28 bytes): the parameters, and the ends of the pauses beside them
        uint16 feeBps;
        uint16 gateBps;
        uint16 ceilingBps;
        uint16 openMintBps;
        uint16 leaseMintBps;
        uint16 openLaneBps;
        uint16 earnedLaneBps;
        uint32 hardCeiling; // whole cfUSD
        uint40 mintPausedUntil; // copy of the pause's end
        uint40 redeemPausedUntil; // copy of the pause's end
    }

    struct Vault {
        // slot 0 (28 bytes)
        uint96 credit; // R; below the cap of CARD, 2^90
        uint88 openMintUsed; // below 10 % of the largest ceiling, 2^88
        uint40 openMintLast;
    }

    struct LeaseBucket {
        // slot 0 (16 bytes)
        uint88 used;
        uint40 last;
    }

    struct LaneBucket {
        // slot 0 (29 bytes)
        uint88 used; // below 5 % of the cap of CARD
        uint40 last;
        uint64 rate; // base rate at `rateClock`; the open lane only
        uint40 rateClock; // whole minutes since then have not decayed it yet
    }

    /// @dev What a mint would do, or why not. `actual` and `limit` are the arguments of the refusal.
    struct MintPlan {
        MintRefusal refusal;
        uint256 actual;
        uint256 limit;
        uint256 tokenIn;
        uint256 out;
        uint256 leasePart;
        uint256 openUsed; // of the open bucket, after
        uint256 leaseUsed; // of the leases' bucket, after
        uint256 fee;
    }

    /// @dev What a redemption would do, or why not.
    struct RedeemPlan {
        RedeemRefusal refusal;
        uint256 actual;
        uint256 limit;
        uint256 out;
        uint256 charge;
        LaneBucket lane; // after
    }

    IComputeToken internal immutable TOKEN;
    IComputeDollar internal immutable DOLLAR;
    IPriceOracle internal immutable ORACLE;

    Settings internal _settings;
    Vault internal _vault;
    LeaseBucket internal _leaseBucket;
    mapping(Lane lane => LaneBucket) internal _lanes;
    address internal _ledger;

    constructor(IComputeToken token_, IComputeDollar dollar_, IPriceOracle oracle_) {
        require(address(dollar_) != address(0), MinterAddressZero("dollar"));
        require(address(oracle_) != address(0), MinterAddressZero("oracle"));
        (TOKEN, DOLLAR, ORACLE) = (token_, dollar_, oracle_);
    }

    /* INTERNAL: what is true before the call */

    function _books(
        Settings memory settings,
        Vault memory vault,
        IPriceOracle.Reading memory price
    ) internal view returns (DollarMath.Books memory) {
        return
            DollarMath.Books({
                price: price,
                credit: vault.credit,
                supply: DOLLAR.totalSupply(),
                tokenSupply: TOKEN.totalSupply(),
                fee: DollarMath.standingFee(settings.feeBps, price.thresholdBps)
            });
    }

    function _judge(
        Settings memory settings,
        DollarMath.Books memory books
    ) internal pure returns (DollarMath.Judgement memory) {
        return DollarMath.judge(books, settings.gateBps, settings.ceilingBps, settings.hardCeiling * DollarMath.ONE);
    }

    function _isBlind(DollarMath.Books memory books) internal pure returns (bool) {
        return books.price.health == IPriceOracle.Health.Blind;
    }

    function _haltOf(Settings memory settings, DollarMath.Judgement memory judged) internal view returns (MintRefusal) {
        if (block.timestamp < settings.mintPausedUntil) return MintRefusal.Paused;
        return DollarMath.haltOf(judged.state);
    }

    function _capacity(DollarMath.Judgement memory judged, uint256 bps) internal pure returns (uint256) {
        return DollarMath.mintCapacity(judged.ceiling, bps, judged.yellow);
    }

    function _bucket(uint256 used, uint256 last, uint256 capacity) internal view returns (Bucket memory) {
        return Bucket({room: Buckets.room(Buckets.usedNow(used, last, capacity), capacity), capacity: capacity});
    }

    /* INTERNAL: mints */

    function _planMint(
        IPriceOracle.Reading memory price,
        uint256 amount,
        bool exact,
        bool forLease
    ) internal view returns (MintPlan memory plan) {
        Settings memory settings = _settings;
        Vault memory vault = _vault;
        DollarMath.Books memory books = _books(settings, vault, price);
        DollarMath.Judgement memory judged = _judge(settings, books);

        plan.refusal = _haltOf(settings, judged);
        if (plan.refusal != MintRefusal.None) return _withHaltArguments(plan, settings, books, judged);

        plan.fee = DollarMath.mintFee(books.fee, judged.yellow);
        uint256 rate = DollarMath.mintRate(books, plan.fee);
        plan.out = exact ? amount : DollarMath.mintOutput(amount, rate);
        if (plan.out < DollarMath.MINIMUM) {
            return _refused(plan, MintRefusal.BelowMinimum, plan.out, DollarMath.MINIMUM);
        }
        uint256 supplyAfter = books.supply + plan.out;
        if (supplyAfter > judged.ceiling) {
            return _refused(plan, MintRefusal.AboveCeiling, supplyAfter, judged.ceiling);
        }
        plan.tokenIn = exact ? DollarMath.mintInput(amount, rate) : amount;
        uint256 backing = DollarMath.backingAfter(books, judged.backPrice, plan.tokenIn, plan.out);
        if (backing < judged.gate) return _refused(plan, MintRefusal.BelowGate, backing, judged.gate);

        _takeMint(plan, settings, vault, judged, forLease);
    }

    /// @dev Takes a plan's dollars from the leases' bucket, if it is for a lease, and the rest from the open one.
    function _takeMint(
        MintPlan memory plan,
        Settings memory settings,
        Vault memory vault,
        DollarMath.Judgement memory judged,
        bool forLease
    ) internal view {
        if (forLease) {
            LeaseBucket memory lease = _leaseBucket;
            uint256 leaseCapacity = _capacity(judged, settings.leaseMintBps);
            plan.leaseUsed = Buckets.usedNow(lease.used, lease.last, leaseCapacity);
            plan.leasePart = Math.min(plan.out, Buckets.room(plan.leaseUsed, leaseCapacity));
            plan.leaseUsed += plan.leasePart;
        }
        uint256 capacity = _capacity(judged, settings.openMintBps);
        plan.openUsed = Buckets.usedNow(vault.openMintUsed, vault.openMintLast, capacity);
        uint256 openRoom = Buckets.room(plan.openUsed, capacity);
        uint256 openPart = plan.out - plan.leasePart;
        plan.openUsed += openPart;
        if (openPart > openRoom) _refused(plan, MintRefusal.BucketEmpty, plan.out, plan.leasePart + openRoom);
    }

    function _refused(
        MintPlan memory plan,
        MintRefusal refusal,
        uint256 actual,
        uint256 limit
    ) internal pure returns (MintPlan memory) {
        (plan.refusal, plan.actual, plan.limit) = (refusal, actual, limit);
        return plan;
    }

    function _withHaltArguments(
        MintPlan memory plan,
        Settings memory settings,
        DollarMath.Books memory books,
        DollarMath.Judgement memory judged
    ) internal pure returns (MintPlan memory) {
        (plan.actual, plan.limit) = (judged.backing, judged.gate);
        if (plan.refusal == MintRefusal.Paused) plan.limit = settings.mintPausedUntil;
        if (plan.refusal == MintRefusal.Blind) plan.actual = books.price.blindSince;
        if (plan.refusal == MintRefusal.Skew) (plan.actual, plan.limit) = (books.price.low, books.price.high);
        return plan;
    }

    function _requireMintable(MintPlan memory plan) internal pure {
        MintRefusal refusal = plan.refusal;
        if (refusal == MintRefusal.None) return;
        (uint256 actual, uint256 limit) = (plan.actual, plan.limit);
        require(refusal != MintRefusal.Paused, TimedPause.EntryPaused(PAUSE_MINT, uint40(limit)));
        require(refusal != MintRefusal.Blind, MintHaltedInBlind(uint40(actual)));
        require(refusal != MintRefusal.Skew, MintHaltedInSkew(actual, limit));
        require(refusal != MintRefusal.Red, MintHaltedInRed(actual));
        require(refusal != MintRefusal.Orange, MintHaltedInOrange(actual, limit));
        require(refusal != MintRefusal.BelowMinimum, MintBelowMinimum(actual, limit));
        require(refusal != MintRefusal.AboveCeiling, CeilingExceeded(actual, limit));
        require(refusal != MintRefusal.BelowGate, GateBroken(actual, limit));
        revert MintBucketEmpty(actual, limit);
    }

    /* INTERNAL: redemptions */

    function _planRedeem(
        IPriceOracle.Reading memory price,
        uint256 dollarIn,
        Lane lane,
        address account
    ) internal view returns (RedeemPlan memory plan) {
        Settings memory settings = _settings;
        DollarMath.Books memory books = _books(settings, _vault, price);

        if (!_mayRedeem(plan, settings, books, dollarIn)) return plan;
        if (lane == Lane.Earned && !_mayRedeemEarned(plan, dollarIn, account)) return plan;

        plan.lane = _lanes[lane];
        plan.charge = books.fee;
        if (lane == Lane.Open) {
            (uint256 rate, uint40 clock) = _decayedRate(plan.lane);
            rate = DollarMath.raised(books, rate, dollarIn);
            (plan.lane.rate, plan.lane.rateClock) = (rate.toUint64(), clock);
            plan.charge += rate;
        }
        if (_isBlind(books)) plan.charge = DollarMath.LARGEST_CHARGE;

        plan.out = DollarMath.redeemOutput(books, dollarIn, plan.charge);
        if (plan.out == 0) {
            _refused(plan, RedeemRefusal.NothingOut, dollarIn, books.credit);
            return plan;
        }
        uint256 bps = lane == Lane.Open ? settings.openLaneBps : settings.earnedLaneBps;
        uint256 capacity = DollarMath.laneCapacity(books, bps);
        uint256 used = Buckets.usedNow(plan.lane.used, plan.lane.last, capacity);
        uint256 room = Buckets.room(used, capacity);
        if (plan.out > room) {
            _refused(plan, RedeemRefusal.LaneEmpty, plan.out, room);
            return plan;
        }
        (plan.lane.used, plan.lane.last) = ((used + plan.out).toUint88(), uint40(block.timestamp));
    }

    /// @dev Pause, amounts and Blind.
    function _mayRedeem(
        RedeemPlan memory plan,
        Settings memory settings,
        DollarMath.Books memory books,
        uint256 dollarIn
    ) internal view returns (bool) {
        if (block.timestamp < settings.redeemPausedUntil) {
            return _refused(plan, RedeemRefusal.Paused, 0, settings.redeemPausedUntil);
        }
        if (dollarIn < DollarMath.MINIMUM) {
            return _refused(plan, RedeemRefusal.BelowMinimum, dollarIn, DollarMath.MINIMUM);
        }
        if (dollarIn > books.supply) return _refused(plan, RedeemRefusal.AboveSupply, dollarIn, books.supply);
        if (!_isBlind(books)) return true;

        (uint256 since, uint256 blindSeconds) = (books.price.blindSince, books.price.blindSeconds);
        if (since == 0) return _refused(plan, RedeemRefusal.BlindNotRecorded, since, blindSeconds);
        if (blindSeconds < DollarMath.BLIND_EXIT) {
            return _refused(plan, RedeemRefusal.BlindTooShort, since, blindSeconds);
        }
        return true;
    }

    function _mayRedeemEarned(RedeemPlan memory plan, uint256 dollarIn, address account) internal view returns (bool) {
        address ledger_ = _ledger;
        if (ledger_ == address(0)) return _refused(plan, RedeemRefusal.LedgerUnset, 0, 0);
        uint256 earned = IEarnings(ledger_).earnedOf(account);
        if (dollarIn > earned) return _refused(plan, RedeemRefusal.EarnedTooLow, dollarIn, earned);
        return true;
    }

    function _refused(
        RedeemPlan memory plan,
        RedeemRefusal refusal,
        uint256 actual,
        uint256 limit
    ) internal pure returns (bool) {
        (plan.refusal, plan.actual, plan.limit) = (refusal, actual, limit);
        return false;
    }

    function _requireRedeemable(RedeemPlan memory plan, Lane lane) internal view {
        RedeemRefusal refusal = plan.refusal;
        if (refusal == RedeemRefusal.None) return;
        (uint256 actual, uint256 limit) = (plan.actual, plan.limit);
        uint40 needed = DollarMath.BLIND_EXIT;
        require(refusal != RedeemRefusal.Paused, TimedPause.EntryPaused(PAUSE_REDEEM, uint40(limit)));
        require(refusal != RedeemRefusal.BelowMinimum, RedeemBelowMinimum(actual, limit));
        require(refusal != RedeemRefusal.AboveSupply, RedeemAboveSupply(actual, limit));
        require(refusal != RedeemRefusal.BlindNotRecorded, BlindNotRecorded(uint40(limit), needed));
        require(refusal != RedeemRefusal.BlindTooShort, BlindTooShort(uint40(actual), uint40(limit), needed));
        require(refusal != RedeemRefusal.NothingOut, RedeemOutputZero(actual, limit));
        require(refusal != RedeemRefusal.LaneEmpty, LaneEmpty(lane, actual, limit));
        require(refusal != RedeemRefusal.LedgerUnset, LedgerUnset());
        revert EarnedTooLow(msg.sender, actual, limit);
    }

    /// @return rate the base rate now
    /// @return clock the minute up to which it has decayed
    function _decayedRate(LaneBucket memory lane) internal view returns (uint256 rate, uint40 clock) {
        uint256 count = (block.timestamp - lane.rateClock) / 60;
        return (DollarMath.decayed(lane.rate, count), lane.rateClock + uint40(count * 60));
    }
}

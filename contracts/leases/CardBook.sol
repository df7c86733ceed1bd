// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ICardUse} from "../interfaces/ICardLedger.sol";
import {ILeaseLedger} from "../interfaces/ILeaseLedger.sol";
import {IRunningRent} from "../interfaces/ISupplierStaking.sol";
import {AccountBook} from "./AccountBook.sol";
import {Header, Place} from "./libraries/CardSlots.sol";
import {LeaseIds} from "./libraries/LeaseIds.sol";
import {LeaseTerms} from "./libraries/LeaseTerms.sol";
import {RentSplit} from "./libraries/RentSplit.sol";

/// @title What runs on each card and what it has earned
/// @notice Places, headers and revenue numbers; no money moves here. Keeps I9 (revenue of a number never falls, and stays once
/// frozen) and I13 (a card's running leases hold ≤ 1000 thousandths and are ≤ 8).
/// @dev A card's header holds the revenue of its current number up to `last` and the holders' rate from there on, which is right
/// until `last + nextIn`; after that the places tell which leases ended. So a read costs the same for one lease and for eight.
abstract contract CardBook is AccountBook, ICardUse, IRunningRent {
    using LeaseTerms for uint32;

    struct Payee {
        address holder; // slot 0 (32 bytes)
        uint96 paid;
    }

    struct CardRecord {
        Header header; // slot 0
        uint40 collected; // slot 1 (17 bytes); node and fee of all places are paid up to here
        uint96 ownerPaid; // revenue of the current number that was credited to the owner
        Place[8] places; // slots 2–17
        mapping(uint16 number => Payee) payees;
        mapping(uint16 number => uint256) frozen;
    }

    /// @dev A card as of now, computed from its places.
    struct Survey {
        uint256 settled;
        uint256 rate; // holders'
        uint256 nextEnd;
        uint256 over; // places whose lease is over and not paid out
        uint256 running;
        uint256 thousandths;
        uint256 operatorRate; // gross rates of one operator's running leases
    }

    uint256 internal constant PLACES = 8;
    uint256 internal constant THOUSANDTHS = 1000;
    uint256 internal constant CRUMB = 125;
    uint256 internal constant LONGEST_LEASE = 366 days;
    uint256 internal constant REVENUE_LIMIT = 2 ** 95;

    mapping(uint256 cardId => CardRecord) internal _cards;

    /* VIEWS */

    /// @inheritdoc ILeaseLedger
    function lease(uint256 leaseId) external view returns (Lease memory) {
        return _lease(leaseId);
    }

    /// @inheritdoc ILeaseLedger
    function isRunning(uint256 leaseId) external view returns (bool) {
        return _lease(leaseId).end > block.timestamp;
    }

    /// @inheritdoc ILeaseLedger
    function runningLeases(uint256 cardId) external view returns (uint256[] memory leaseIds) {
        CardRecord storage record = _cards[cardId];
        uint256 used = record.header.used;
        leaseIds = new uint256[](PLACES);
        uint256 count;
        for (uint256 place; place < PLACES; ++place) {
            Place storage spot = record.places[place];
            if ((used >> place) & 1 == 1 && spot.end > block.timestamp) {
                leaseIds[count++] = LeaseIds.encode(cardId, place, spot.start);
            }
        }
        // Shortens the array in place: `count` never exceeds its length.
        assembly ("memory-safe") {
            mstore(leaseIds, count)
        }
    }

    /// @inheritdoc ILeaseLedger
    function revenueNumber(uint256 cardId) external view returns (uint16) {
        return _cards[cardId].header.number;
    }

    /// @inheritdoc ILeaseLedger
    function accruedRevenueOf(uint256 cardId, uint16 number) external view returns (uint256) {
        return _revenueOf(_cards[cardId], number);
    }

    /// @inheritdoc ILeaseLedger
    function holderOf(uint256 cardId, uint16 number) external view returns (address holder, uint256 paid) {
        Payee storage payee = _cards[cardId].payees[number];
        return (payee.holder, payee.paid);
    }

    /// @inheritdoc ILeaseLedger
    function previewOpen(Opening calldata opening) external view returns (LegRefusal refusal, Opened memory opened) {
        CardRecord storage record = _cards[opening.cardId];
        Header memory header = record.header;
        Survey memory survey = _survey(record, header, opening.operator);
        (refusal, ) = _prepare(opening, header, survey, opened);
    }

    /// @inheritdoc IRunningRent
    function operatorRateOf(uint256 cardId, address operator) external view returns (uint256) {
        return _operatorRateOf(_cards[cardId], operator);
    }

    /// @inheritdoc ICardUse
    function wholeCardLease(uint256 cardId) external view returns (address renter, uint40 end) {
        CardRecord storage record = _cards[cardId];
        for (uint256 place; place < PLACES; ++place) {
            Place storage spot = record.places[place];
            if (spot.end > block.timestamp && spot.terms.thousandths() == THOUSANDTHS) return (spot.renter, spot.end);
        }
    }

    /* INTERNAL */

    /// @dev The card at this second: what has accrued, what runs, what is over and unpaid.
    function _survey(
        CardRecord storage record,
        Header memory header,
        address operator
    ) internal view returns (Survey memory survey) {
        survey.settled = header.settled + uint256(header.rate) * (block.timestamp - header.last);
        survey.nextEnd = type(uint256).max;
        for (uint256 place; header.used >> place != 0; ++place) {
            if ((header.used >> place) & 1 == 0) continue;
            Place storage spot = record.places[place];
            uint256 end = spot.end;
            uint256 rate = spot.rate;
            (, , uint256 holders) = RentSplit.split(rate, spot.terms.feeBps());
            if (end > block.timestamp) {
                survey.running += 1;
                survey.rate += holders;
                survey.thousandths += spot.terms.thousandths();
                if (end < survey.nextEnd) survey.nextEnd = end;
                if (spot.operator == operator) survey.operatorRate += rate;
            } else {
                survey.over |= 1 << place;
                // Leases over at `last` are not part of the header's rate.
                if (end > header.last) survey.settled -= holders * (block.timestamp - end);
            }
        }
    }

    /// @dev What a survey finds as `operatorRate`, without the rest of it.
    function _operatorRateOf(CardRecord storage record, address operator) internal view returns (uint256 rate) {
        uint256 used = record.header.used;
        for (uint256 place; used >> place != 0; ++place) {
            if ((used >> place) & 1 == 0) continue;
            Place storage spot = record.places[place];
            if (spot.end > block.timestamp && spot.operator == operator) rate += spot.rate;
        }
    }

    /// @dev Whether a lease can be opened on the surveyed card, and as what: fills `opened`. The one place that decides it.
    function _prepare(
        Opening calldata opening,
        Header memory header,
        Survey memory survey,
        Opened memory opened
    ) internal view returns (LegRefusal refusal, uint256 holders) {
        uint256 free = THOUSANDTHS - survey.thousandths;
        uint256 held = Math.max(opening.thousandths, Math.min(CRUMB, free));
        if (survey.running == PLACES) return (LegRefusal.CardFull, 0);
        if (held > free) return (LegRefusal.ThousandthsNotFree, 0);
        uint256 gross = (uint256(opening.ratePerSecond) * held) / THOUSANDTHS;
        if (gross == 0) return (LegRefusal.RateZero, 0);
        if (survey.operatorRate + gross > opening.coveredRate) return (LegRefusal.BondTooSmall, 0);

        uint256 feeBps = RentSplit.discounted(opening.feeBps, _accounts[opening.renter].tier);
        (, , holders) = RentSplit.split(gross, feeBps);
        // A holder's number that is over by time is about to be frozen; an owner's goes on.
        uint256 settled = opening.termOver && header.number & 1 == 1 ? 0 : survey.settled;
        // No lease, with all its extensions, runs longer than `LONGEST_LEASE` from now.
        if (settled + (survey.rate + holders) * LONGEST_LEASE >= REVENUE_LIMIT) {
            return (LegRefusal.RevenueTooHigh, 0);
        }

        uint256 place = _freePlace(header.used & ~uint8(survey.over));
        opened.leaseId = LeaseIds.encode(opening.cardId, place, block.timestamp);
        opened.rate = uint64(gross); // at most the ask's rate, which has 64 bits
        opened.thousandths = uint16(held);
        opened.feeBps = uint16(feeBps); // at most the opening's
        opened.escrow = gross * opening.duration;
    }

    /// @dev Lowest place that is free; the caller has seen that one is.
    function _freePlace(uint256 used) internal pure returns (uint256 place) {
        while ((used >> place) & 1 == 1) ++place;
    }

    /// @dev Fee and node share of a place since it was last paid.
    function _unpaid(Place storage spot, uint256 collected) internal view returns (uint256 fee, uint256 node) {
        uint256 from = Math.max(spot.start, collected);
        uint256 to = Math.min(spot.end, block.timestamp);
        if (to <= from) return (0, 0);
        (uint256 feeRate, uint256 nodeRate, ) = RentSplit.split(spot.rate, spot.terms.feeBps());
        return (feeRate * (to - from), nodeRate * (to - from));
    }

    /// @dev Writes the surveyed card as its header.
    function _roll(CardRecord storage record, Header memory header, Survey memory survey) internal {
        uint256 nextIn = survey.nextEnd == type(uint256).max ? type(uint32).max : survey.nextEnd - block.timestamp;
        // settled was bounded when each lease was opened, and no lease ends more than 366 days ahead. The sum of the rates is at
        // most a thousandth of a rate of 64 bits for each of at most 1000 thousandths.
        header.settled = uint96(survey.settled);
        header.last = uint40(block.timestamp);
        header.rate = uint64(survey.rate);
        header.nextIn = uint32(nextIn);
        record.header.write(header);
    }

    /// @dev Makes the header know that a lease which it counts ends at `end`, not before now.
    function _endBy(CardRecord storage record, Place storage spot, uint256 end) internal {
        Header memory header = record.header;
        if (end == header.last) {
            // All of it up to `last` is settled, so it leaves the rate at once.
            (, , uint256 holders) = RentSplit.split(spot.rate, spot.terms.feeBps());
            record.header.rate = header.rate - uint64(holders);
        } else if (end - header.last < header.nextIn) {
            record.header.nextIn = uint32(end - header.last);
        }
    }

    /// @dev Zero for a number that is still to come, and for one that was skipped because its sale failed.
    function _revenueOf(CardRecord storage record, uint16 number) internal view returns (uint256) {
        Header storage header = record.header;
        if (number != header.number) return record.frozen[number];
        // `last` is the time of a block; a rate of 64 bits times at most `nextIn`, of 32 bits, and 96 bits more do not overflow.
        unchecked {
            uint256 dt = block.timestamp - header.last;
            if (dt <= header.nextIn) return header.settled + uint256(header.rate) * dt;
        }
        return _survey(record, header, address(0)).settled;
    }

    function _running(
        uint256 leaseId
    ) internal view returns (uint256 cardId, CardRecord storage record, Place storage spot) {
        uint256 place;
        uint40 start;
        (cardId, place, start) = LeaseIds.decode(leaseId);
        require(place < PLACES, LeaseNotRunning(leaseId));
        record = _cards[cardId];
        spot = record.places[place];
        require(spot.start == start && spot.end > block.timestamp, LeaseNotRunning(leaseId));
    }

    function _lease(uint256 leaseId) internal view returns (Lease memory lease_) {
        (uint256 cardId, uint256 place, uint40 start) = LeaseIds.decode(leaseId);
        if (place >= PLACES) return lease_;
        Place memory spot = _cards[cardId].places[place];
        if (spot.start != start || start == 0) return lease_;
        (uint256 fee, uint256 node, uint256 holders) = RentSplit.split(spot.rate, spot.terms.feeBps());
        lease_.cardId = cardId;
        lease_.renter = spot.renter;
        lease_.operator = spot.operator;
        lease_.rate = spot.rate;
        lease_.feeRate = uint64(fee);
        lease_.nodeRate = uint64(node);
        lease_.holdersRate = uint64(holders);
        lease_.thousandths = uint16(spot.terms.thousandths());
        lease_.feeBps = uint16(spot.terms.feeBps());
        lease_.paidInToken = spot.terms.paidInToken();
        lease_.start = spot.start;
        lease_.end = spot.end;
        lease_.minDuration = uint32(spot.terms.minMinutes() * 60);
        lease_.maxDuration = uint32(spot.maxHours) * 3600;
    }
}

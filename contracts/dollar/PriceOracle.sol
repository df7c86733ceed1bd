// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAggregatorV3} from "../interfaces/IAggregatorV3.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {FeedReader} from "./libraries/FeedReader.sol";
import {SlowPrice} from "./libraries/SlowPrice.sol";

/// @title The price of CARD in dollars, from two sources
/// @notice See `IPriceOracle`.
/// @dev Assumes of its sources nothing but that they are read-only contracts; a false but plausible price is bounded by the other
/// source (Skew) and by the slow price. A steady good poke writes one slot.
contract PriceOracle is AccessManaged, IPriceOracle {
    using SafeCast for uint256;

    uint24 private constant LONGEST_HEARTBEAT = 25 hours;
    uint8 private constant LARGEST_THRESHOLD_BPS = 200;
    uint96 private constant LEAST_SLOW = 1e12;
    uint40 private constant BLIND_MEMORY = 24 hours;
    uint40 private constant UNBROKEN_BLIND_NEEDED = 7 days;

    struct Head {
        // slot 0 (31 bytes)
        uint96 slow; // dollars per CARD, 18 decimals
        uint40 clock; // seconds; whole minutes since then are not credited yet
        uint96 lastGoodHigh; // dollars per CARD, 18 decimals
        bool blindRuns; // the record of Blind has a running one
        bool hasSequencer;
    }

    struct BlindRecord {
        // slot 0 (15 bytes)
        uint40 since; // seconds; 0 if none runs
        uint40 endedSeconds; // of the Blinds that ended
        uint40 lastEnd; // seconds; 0 if none has ended
    }

    Head private _head;
    BlindRecord private _blind;
    Source[2] private _sources; // by Slot
    IAggregatorV3 private _sequencer;

    /// @dev The sources need not be live at deployment; until both are, the oracle is Blind.
    constructor(Config memory config) AccessManaged(config.authority) {
        require(config.initialSlow >= LEAST_SLOW, InitialSlowPriceTooSmall(config.initialSlow, LEAST_SLOW));
        _head.slow = config.initialSlow;
        _head.lastGoodHigh = config.initialSlow;
        _head.clock = uint40(block.timestamp);
        _storeSource(Slot.Primary, config.primary);
        _storeSource(Slot.Second, config.second);
        _storeSequencer(config.sequencer);
    }

    /* VIEWS */

    /// @inheritdoc IPriceOracle
    function peek() external view returns (Reading memory reading) {
        (reading, , ) = _look();
    }

    /// @inheritdoc IPriceOracle
    function slowPrice() external view returns (uint128) {
        return _head.slow;
    }

    /// @inheritdoc IPriceOracle
    function slowPriceClock() external view returns (uint40) {
        return _head.clock;
    }

    /// @inheritdoc IPriceOracle
    function lastGoodHigh() external view returns (uint128) {
        return _head.lastGoodHigh;
    }

    /// @inheritdoc IPriceOracle
    function blindRecord() external view returns (uint40 since, uint40 endedSeconds, uint40 lastEnd) {
        BlindRecord memory record = _blind;
        return (record.since, record.endedSeconds, record.lastEnd);
    }

    /// @inheritdoc IPriceOracle
    function source(Slot slot) external view returns (Source memory) {
        return _sources[uint256(slot)];
    }

    /// @inheritdoc IPriceOracle
    function sequencer() external view returns (IAggregatorV3) {
        return _sequencer;
    }

    /* ANYONE */

    /// @inheritdoc IPriceOracle
    function poke() external returns (Reading memory reading) {
        Head memory head;
        BlindRecord memory record;
        bool blindRan = _head.blindRuns;
        (reading, head, record) = _look();
        _head = head;

        if (reading.health == Health.Blind) {
            if (!blindRan) {
                _blind = record;
                emit BlindStarted(record.since, record.endedSeconds);
            } else {
                emit BlindPoked(record.since);
            }
            return reading;
        }
        if (blindRan) {
            emit BlindEnded(_blind.since, record.endedSeconds);
            _blind = record;
        }
        emit PricePoked(reading.low, reading.high, reading.slow, reading.health);
    }

    /* GOVERNANCE */

    /// @inheritdoc IPriceOracle
    function setSource(Slot slot, Source calldata newSource) external restricted {
        uint256 price = FeedReader.priceOf(newSource);
        require(price != 0, SourceNotLive(slot, address(newSource.feed)));

        uint256 otherPrice = FeedReader.priceOf(_sources[_otherThan(slot)]);
        if (otherPrice != 0) {
            bool near = price * 100 <= otherPrice * 105 && price * 100 >= otherPrice * 95;
            require(near, SourceOffTheOther(slot, price, otherPrice));
        } else {
            uint40 since = _blind.since;
            bool alone = since != 0 && block.timestamp >= since + UNBROKEN_BLIND_NEEDED;
            alone = alone && FeedReader.priceOf(_sources[uint256(slot)]) == 0;
            require(alone, SourceUncheckable(slot, since, UNBROKEN_BLIND_NEEDED));
        }
        _storeSource(slot, newSource);
    }

    /// @inheritdoc IPriceOracle
    function setSequencer(IAggregatorV3 newSequencer) external restricted {
        bool accepted = address(newSequencer) == address(0) || FeedReader.isUp(newSequencer);
        require(accepted, SequencerFeedNotUp(address(newSequencer)));
        _storeSequencer(newSequencer);
    }

    /* INTERNAL */

    /// @dev The one look that `poke` and `peek` share: the reading, and what a poke stores.
    function _look() private view returns (Reading memory reading, Head memory head, BlindRecord memory record) {
        head = _head;
        if (head.blindRuns) record = _blind;

        bool up = !head.hasSequencer || FeedReader.isUp(_sequencer);
        Source memory first = _sources[uint256(Slot.Primary)];
        Source memory second = _sources[uint256(Slot.Second)];
        uint256 a = up ? FeedReader.priceOf(first) : 0;
        uint256 b = up ? FeedReader.priceOf(second) : 0;
        reading.thresholdBps = uint8(Math.max(first.thresholdBps, second.thresholdBps));

        if (a != 0 && b != 0) {
            _lookWithBoth(reading, head, record, Math.min(a, b), Math.max(a, b));
        } else {
            _lookBlind(reading, head, record, Math.max(a, b));
        }
        reading.slow = head.slow;
    }

    /// @dev Both sources are good: the slow price moves unless they skew, the high is recorded, and a running Blind ends.
    function _lookWithBoth(
        Reading memory reading,
        Head memory head,
        BlindRecord memory record,
        uint256 low,
        uint256 high
    ) private view {
        if (high * 100 > low * 105) {
            reading.health = Health.Skew;
            head.clock = uint40(block.timestamp);
        } else {
            uint256 count = (block.timestamp - head.clock) / 60;
            head.slow = SlowPrice.next({slow: head.slow, low: low, count: count}).toUint96();
            head.clock += uint40(count * 60);
        }
        // Prices are below their bounds, 2^32 millionths of a dollar, which is below 2^73.
        reading.low = uint128(low);
        reading.high = uint128(high);
        head.lastGoodHigh = uint96(high);

        if (!head.blindRuns) return;
        record.endedSeconds += uint40(block.timestamp) - record.since;
        record.lastEnd = uint40(block.timestamp);
        record.since = 0;
        head.blindRuns = false;
    }

    /// @dev A source fails: the slow price's clock moves, and Blind starts if none runs. Ended Blinds count if the last ended
    /// less than 24 hours before.
    function _lookBlind(
        Reading memory reading,
        Head memory head,
        BlindRecord memory record,
        uint256 goodOne
    ) private view {
        uint40 nowSeconds = uint40(block.timestamp);
        reading.health = Health.Blind;
        reading.high = uint128(Math.max(head.lastGoodHigh, goodOne));
        head.clock = nowSeconds;

        if (head.blindRuns) {
            reading.blindSince = record.since;
            reading.blindSeconds = record.endedSeconds + (nowSeconds - record.since);
            return;
        }
        BlindRecord memory before = _blind;
        record.lastEnd = before.lastEnd;
        if (nowSeconds - before.lastEnd < BLIND_MEMORY) record.endedSeconds = before.endedSeconds;
        reading.blindSeconds = record.endedSeconds;
        record.since = nowSeconds;
        head.blindRuns = true;
    }

    function _storeSource(Slot slot, Source memory newSource) private {
        uint256 heartbeat = newSource.heartbeat;
        bool inRange = heartbeat != 0 && heartbeat <= LONGEST_HEARTBEAT;
        require(inRange, SourceHeartbeatOutOfRange(slot, heartbeat, LONGEST_HEARTBEAT));
        uint256 thresholdBps = newSource.thresholdBps;
        require(
            thresholdBps <= LARGEST_THRESHOLD_BPS,
            SourceThresholdTooLarge(slot, thresholdBps, LARGEST_THRESHOLD_BPS)
        );
        bool open = newSource.minPrice != 0 && newSource.minPrice < newSource.maxPrice;
        require(open, SourceBoundsCrossed(slot, newSource.minPrice, newSource.maxPrice));
        address feed = address(newSource.feed);
        require(feed.code.length != 0, SourceNotAContract(slot, feed));
        require(feed != address(_sources[_otherThan(slot)].feed), SourceDuplicated(slot, feed));

        _sources[uint256(slot)] = newSource;
        emit SourceChanged(slot, newSource);
    }

    function _storeSequencer(IAggregatorV3 newSequencer) private {
        emit SequencerFeedChanged(address(_sequencer), address(newSequencer));
        _sequencer = newSequencer;
        _head.hasSequencer = address(newSequencer) != address(0);
    }

    function _otherThan(Slot slot) private pure returns (uint256) {
        return 1 - uint256(slot);
    }
}
